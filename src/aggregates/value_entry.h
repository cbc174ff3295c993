#pragma once

#include "aggregates/ordered_set.h"
#include "aggregates/stored_value.h"
#include "base/arena.h"
#include "base/check.h"
#include "data/key_encoding.h"
#include "data/padding.h"

namespace pactolus {

/// What an ordered-set aggregate keeps of each value: how many rows had it, and how it came first, since of
/// values that are equal (1.0 and 1.00, -0 and 0, '1 mon' and '30 days') one is shown.
template <class T>
struct ValueEntry {
  uint64_t rows;
  StoredType<T> first;

  void add(const T& value) {
    if (rows++ == 0) first = Stored<T>::pack(value);
  }
  /// How one that is equal to `value` came first, maybe in `texts`.
  T as_first(const T&, Arena&) const { return Stored<T>::unpack(first); }
};

/// Equal texts have equal bytes, and those lie in the key.
template <class T>
requires kViewsBytes<T>
struct ValueEntry<T> {
  uint64_t rows;

  void add(const T&) { ++rows; }
  T as_first(const T& value, Arena&) const { return value; }
};

/// All but the padding lies in the key.
template <>
struct ValueEntry<PaddedText> {
  uint64_t rows;
  uint64_t padding;

  void add(PaddedText value) {
    if (rows++ == 0) padding = padding_of(value);
  }
  PaddedText as_first(PaddedText value, Arena& texts) const {
    return PaddedText(with_padding(without_padding(value), padding, texts));
  }
};

template <class T>
uint64_t rows_of(const TakenValue& taken) {
  return reinterpret_cast<const ValueEntry<T>*>(taken.entry)->rows;
}

/// The value; `type` is its type. A text is copied into `texts`.
template <class T>
T value_of(const TakenValue& taken, Type type, Arena& texts) {
  T value{};
  if constexpr (kViewsBytes<T>) {
    Column column(type, 1);
    Column* columns[] = {&column};
    std::string_view key = taken.key;
    PACTOLUS_CHECK(decode_key(key, columns, 0, texts), "a value's key cannot be read");
    value = column.values<T>()[0];
  }
  return reinterpret_cast<const ValueEntry<T>*>(taken.entry)->as_first(value, texts);
}

/// The value as a key.
template <class T>
std::string key_of(const T& value, Type type) {
  Column column(type, 1);
  column.values<T>()[0] = value;
  std::string key;
  append_key_value(column, 0, key);
  return key;
}

}  // namespace pactolus

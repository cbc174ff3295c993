#pragma once

#include "aggregates/ordered_set.h"
#include "aggregates/stored_value.h"
#include "base/arena.h"
#include "base/check.h"
#include "data/key_encoding.h"

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
};

/// Equal texts have equal bytes, and those lie in the key.
template <>
struct ValueEntry<std::string_view> {
  uint64_t rows;

  void add(std::string_view) { ++rows; }
};

template <class T>
uint64_t rows_of(const TakenValue& taken) {
  return reinterpret_cast<const ValueEntry<T>*>(taken.entry)->rows;
}

/// The value; `type` is its type. A text is copied into `texts`.
template <class T>
T value_of(const TakenValue& taken, Type type, Arena& texts) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    Column column(type, 1);
    Column* columns[] = {&column};
    std::string_view key = taken.key;
    PACTOLUS_CHECK(decode_key(key, columns, 0, texts), "a value's key cannot be read");
    return column.values<T>()[0];
  } else {
    return Stored<T>::unpack(reinterpret_cast<const ValueEntry<T>*>(taken.entry)->first);
  }
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

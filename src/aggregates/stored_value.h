#pragma once

#include <cstring>
#include <type_traits>

#include "data/blob_heap.h"
#include "data/decimal.h"
#include "data/type.h"

namespace pactolus {

// Values as they lie in a state: without padding, whose bytes would be anything, and 8-aligned.

template <class T>
struct Stored {
  using type = std::conditional_t<std::is_integral_v<T>, int64_t, T>;
  static type pack(const T& value) { return value; }
  static T unpack(const type& stored) { return static_cast<T>(stored); }
};

struct StoredDecimal {
  uint64_t low;
  int64_t high;
  int64_t scale;
};

template <>
struct Stored<Decimal> {
  using type = StoredDecimal;
  static type pack(const Decimal& value) {
    Int128 coefficient = value.coefficient();
    return {static_cast<uint64_t>(coefficient), static_cast<int64_t>(coefficient >> 64), value.scale()};
  }
  static Decimal unpack(const type& stored) {
    Uint128 bits = (static_cast<Uint128>(stored.high) << 64) | stored.low;
    return {static_cast<Int128>(bits), static_cast<int>(stored.scale)};
  }
};

/// A text lies in the table's heap.
template <class T>
requires kViewsBytes<T>
struct Stored<T> {
  using type = BlobRef;
  static T unpack(const type& stored) { return T(stored.view()); }
};

template <class T>
using StoredType = typename Stored<T>::type;

/// Puts `value` in the place of what `stored` holds (all zero: nothing).
template <class T>
void replace(StoredType<T>& stored, const T& value, BlobHeap& heap) {
  if constexpr (kViewsBytes<T>) {
    heap.release(stored);
    stored = heap.store(value);
  } else {
    stored = Stored<T>::pack(value);
  }
}

/// Whether it is that very value, digits and all.
template <class T>
bool is_same(const StoredType<T>& stored, const T& value) {
  if constexpr (kViewsBytes<T>) {
    return stored.view() == std::string_view(value);
  } else {
    const StoredType<T> other = Stored<T>::pack(value);
    return std::memcmp(&stored, &other, sizeof other) == 0;
  }
}

}  // namespace pactolus

#pragma once

#include <cmath>
#include <string>

#include "aggregates/value_entry.h"
#include "data/value_order.h"

namespace pactolus {

// Values that are equal in SQL may look different: 1.0 and 1.00, -0 and 0, '1 mon' and '30 days', a char(3)
// and a char(5). Where rows may be taken back it has to be known which looks are left: so there each has an
// entry of its own, and values are ordered by their looks, too. (Elsewhere the one that came first is shown.)

/// Of equal values of type T, what they look like. Texts, integers and times have one look.
template <class T>
struct Look {
  static constexpr bool kMany = false;
  static int64_t of(const T&) { return 0; }
};
template <>
struct Look<Decimal> {
  static constexpr bool kMany = true;
  static int64_t of(const Decimal& value) { return value.scale(); }
};
template <>
struct Look<double> {
  static constexpr bool kMany = true;
  static int64_t of(double value) { return value == 0 && std::signbit(value) ? 1 : 0; }
};
template <>
struct Look<PaddedText> {
  static constexpr bool kMany = true;
  static int64_t of(PaddedText value) { return static_cast<int64_t>(padding_of(value)); }
};
template <>
struct Look<Interval> {
  static constexpr bool kMany = true;
  static int64_t of(const Interval& value) {
    return static_cast<int64_t>(value.months) * (int64_t{1} << 32) + value.days;  // the rest is its time
  }
};

/// How values of type T are told apart: kByLook, or equal ones not at all.
template <class T, bool kByLook>
struct ValueIdentity {
  static int compare(const T& a, const T& b) {
    const int order = compare_values(a, b);
    if constexpr (kByLook) {
      if (order == 0) return compare_values(Look<T>::of(a), Look<T>::of(b));
    }
    return order;
  }

  /// Behind the value's key.
  static void append_look(const T& value, std::string& key) {
    if constexpr (kByLook) {
      Column look(kBigintType, 1);
      look.values_of<TypeKind::kBigint>()[0] = Look<T>::of(value);
      append_key_value(look, 0, key);
    }
  }
  static std::string key_of(const T& value, Type type) {
    std::string key = pactolus::key_of(value, type);
    append_look(value, key);
    return key;
  }
};

/// Values that are equal, by their looks: how many rows had them, and the first look.
struct EqualValues {
  uint64_t rows = 0;
  TakenValue first = {};
};

/// Those equal to `value`, whether it is among them or not. `type`: T's.
template <class T>
EqualValues equal_values(const T& value, Type type, TakenValues& all) {
  Arena texts;
  auto is_equal = [&](const std::optional<TakenValue>& taken) {
    return taken && compare_values(value_of<T>(*taken, type, texts), value) == 0;
  };
  // No key of a look lies between the value's without one and its first look.
  std::optional<TakenValue> taken = all.after(key_of(value, type));
  EqualValues equal;
  for (; is_equal(taken); taken = all.after(taken->key)) {
    if (equal.rows == 0) equal.first = *taken;
    equal.rows += rows_of<T>(*taken);
  }
  return equal;
}

}  // namespace pactolus

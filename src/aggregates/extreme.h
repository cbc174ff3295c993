#pragma once

#include "aggregates/fixed_aggregate.h"
#include "data/value_order.h"

namespace pactolus {

// min and max, over every ordered type but boolean (PostgreSQL has none of it). Of equal values (1.0
// and 1.00) the last one counts, as in PostgreSQL.

/// A value as it lies in a state: without padding, whose bytes would be anything.
template <class T>
struct Stored {
  using type = std::conditional_t<std::is_same_v<T, int32_t>, int64_t, T>;
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

/// min (kSign 1) and max (kSign -1) over values of fixed width. State: 1 if there is a value, and the value.
template <class T, int kSign>
struct FixedExtreme {
  struct State {
    uint64_t present;
    typename Stored<T>::type value;
  };
  using Result = T;

  static void add(State& state, const T& value) {
    if (state.present && compare_values(Stored<T>::unpack(state.value), value) * kSign < 0) return;
    state = {1, Stored<T>::pack(value)};
  }
  static void merge(State& into, const State& from) {
    if (from.present) add(into, Stored<T>::unpack(from.value));
  }
  static Outcome result(const State& state, T& out) {
    if (!state.present) return outcomes::kNull;
    out = Stored<T>::unpack(state.value);
    return outcomes::kValue;
  }
};

/// min (sign 1) and max (sign -1) over text.
std::unique_ptr<const Aggregate> make_text_extreme(int sign);

template <int kSign>
std::unique_ptr<const Aggregate> bind_extreme(std::span<const Type> arguments) {
  if (arguments.size() != 1) return nullptr;
  const Type result{arguments[0].kind};
  switch (arguments[0].kind) {
    case TypeKind::kInteger:
    case TypeKind::kDate:
      return make_fixed<FixedExtreme<int32_t, kSign>>(result);
    case TypeKind::kBigint:
    case TypeKind::kTimestamptz:
      return make_fixed<FixedExtreme<int64_t, kSign>>(result);
    case TypeKind::kDouble:
      return make_fixed<FixedExtreme<double, kSign>>(result);
    case TypeKind::kNumeric:
      return make_fixed<FixedExtreme<Decimal, kSign>>(result);
    case TypeKind::kInterval:
      return make_fixed<FixedExtreme<Interval, kSign>>(result);
    case TypeKind::kText:
      return make_text_extreme(kSign);
    case TypeKind::kBoolean:
      break;
  }
  return nullptr;
}

}  // namespace pactolus

#pragma once

#include "aggregates/fixed_aggregate.h"
#include "aggregates/stored_value.h"
#include "data/value_order.h"

namespace pactolus {

// min and max, over every ordered type but boolean, uuid and bytea (PostgreSQL has none of them). Of equal
// values (1.0 and 1.00) the last one counts, as in PostgreSQL, but of texts the first.

/// min (kSign 1) and max (kSign -1) over values of fixed width. State: 1 if there is a value, and the value.
template <class T, int kSign>
struct FixedExtreme {
  struct State {
    uint64_t present;
    StoredType<T> value;
  };
  using Result = T;

  static void add(State& state, const T& value) {
    if (state.present && compare_values(Stored<T>::unpack(state.value), value) * kSign < 0) return;
    state = {1, Stored<T>::pack(value)};
  }
  static bool can_spare(const State& state, const T& value) {
    return state.present && compare_values(Stored<T>::unpack(state.value), value) != 0;
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

/// min (sign 1) and max (sign -1) over text or bpchar.
std::unique_ptr<const Aggregate> make_text_extreme(Type type, int sign);

template <int kSign>
std::unique_ptr<const Aggregate> bind_extreme(std::span<const Type> arguments) {
  if (arguments.size() != 1) return nullptr;
  const Type result{arguments[0].kind};
  switch (general(arguments[0].kind)) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kDate:
      return make_fixed<FixedExtreme<int32_t, kSign>>(result);
    case TypeKind::kBigint:
    case TypeKind::kTimestamptz:
    case TypeKind::kTimestamp:
    case TypeKind::kTime:
      return make_fixed<FixedExtreme<int64_t, kSign>>(result);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return make_fixed<FixedExtreme<double, kSign>>(result);
    case TypeKind::kNumeric:
      return make_fixed<FixedExtreme<Decimal, kSign>>(result);
    case TypeKind::kInterval:
      return make_fixed<FixedExtreme<Interval, kSign>>(result);
    case TypeKind::kText:
    case TypeKind::kBpchar:
      return make_text_extreme(result, kSign);
    case TypeKind::kBoolean:
    case TypeKind::kUuid:
    case TypeKind::kBytea:
    case TypeKind::kJsonb:
    case TypeKind::kArray:
      break;
  }
  return nullptr;
}

}  // namespace pactolus

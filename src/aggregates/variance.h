#pragma once

#include "aggregates/double_moments.h"
#include "aggregates/exact_moments.h"
#include "aggregates/retracting_numeric.h"

namespace pactolus {

// var_pop, var_samp, stddev_pop, stddev_samp: of values of the exact types a numeric, as exact as
// PostgreSQL's; of real and double precision a double precision.

/// Over integer and bigint (T) and numeric, with their moments as the state.
template <class Moments, class T, Spread kSpread, bool kSample>
struct ExactSpread {
  using State = Moments;
  using Result = Decimal;

  static void add(State& state, const T& value) { state.add(value); }
  static void merge(State& into, const State& from) { into.merge(from); }
  static Outcome result(const State& state, Decimal& out) {
    if (state.sum.count <= (kSample ? 1 : 0)) return outcomes::kNull;
    if constexpr (std::is_same_v<Moments, NumericMoments>) {
      if (state.sum.overflowed != 0) return outcomes::kNumericRange;
    }
    std::optional<Decimal> value = spread(exact_sums(state), kSpread, kSample);
    if (!value) return outcomes::kNumericRange;
    out = *value;
    return outcomes::kValue;
  }
};

template <class T, Spread kSpread, bool kSample>
struct WholeSpread : ExactSpread<WholeMoments, T, kSpread, kSample> {
  static void retract(WholeMoments& state, const T& value) { state.retract(value); }
};

/// Over numeric, with rows that can be taken back. State: ScaleParts.
template <Spread kSpread, bool kSample>
struct RetractingSpread {
  using Part = MomentsPart;

  static Outcome result(uint64_t count, const PartsTotal& total, Decimal& out) {
    if (count <= (kSample ? 1 : 0)) return outcomes::kNull;
    if (!fits(total.sum, 3) || !fits(total.squares, 6)) return outcomes::kNumericRange;
    const ExactSums sums{count, resized<3>(total.sum), resized<6>(total.squares), total.scale};
    std::optional<Decimal> value = spread(sums, kSpread, kSample);
    if (!value) return outcomes::kNumericRange;
    out = *value;
    return outcomes::kValue;
  }
};

template <Spread kSpread, bool kSample>
struct DoubleSpread {
  using State = DoubleMoments;
  using Result = double;

  static void add(State& state, double value) { state.add(value); }
  static void merge(State& into, const State& from) { into.merge(from); }
  static Outcome result(const State& state, double& out) {
    if (state.count <= (kSample ? 1 : 0)) return outcomes::kNull;
    if (state.overflowed != 0) return outcomes::kDoubleOverflow;
    double variance = state.squares / (kSample ? state.count - 1 : state.count);
    out = kSpread == Spread::kVariance ? variance : std::sqrt(variance);
    return outcomes::kValue;
  }
};

template <Spread kSpread, bool kSample>
std::unique_ptr<const Aggregate> bind_spread(std::span<const Type> arguments) {
  if (arguments.size() != 1) return nullptr;
  switch (arguments[0].kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
      return make_fixed<WholeSpread<int32_t, kSpread, kSample>>(kNumericType);
    case TypeKind::kBigint:
      return make_fixed<WholeSpread<int64_t, kSpread, kSample>>(kNumericType);
    case TypeKind::kNumeric:
      return make_fixed<ExactSpread<NumericMoments, Decimal, kSpread, kSample>>(kNumericType);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return make_fixed<DoubleSpread<kSpread, kSample>>(kDoubleType);
    default:
      return nullptr;
  }
}

template <Spread kSpread, bool kSample>
std::unique_ptr<const Aggregate> bind_retracting_spread(std::span<const Type> arguments) {
  return bind_retracting_numeric<RetractingSpread<kSpread, kSample>>(arguments);
}

}  // namespace pactolus

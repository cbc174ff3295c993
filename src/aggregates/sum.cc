#include <cmath>

#include "aggregates/fixed_aggregate.h"
#include "aggregates/interval_sum.h"
#include "aggregates/numeric_sum.h"
#include "aggregates/registry.h"
#include "aggregates/retracting_numeric.h"
#include "aggregates/whole_sum.h"

namespace pactolus {
namespace {

/// sum(smallint), sum(integer) → bigint. State: WholeSum.
struct SumInteger : WholeSumLogic<int32_t> {
  using Result = int64_t;

  static Outcome result(const State& state, int64_t& out) {
    if (state.count == 0) return outcomes::kNull;
    Int128 total = state.total();
    if (total != static_cast<int64_t>(total)) return outcomes::kBigintRange;
    out = static_cast<int64_t>(total);
    return outcomes::kValue;
  }
};

/// sum(bigint) → numeric. State: WholeSum.
struct SumBigint : WholeSumLogic<int64_t> {
  using Result = Decimal;

  static Outcome result(const State& state, Decimal& out) {
    if (state.count == 0) return outcomes::kNull;
    out = Decimal(state.total(), 0);  // 2^64 values of 2^63 have 39 digits, but no counter gets there
    return outcomes::kValue;
  }
};

/// sum(numeric) → numeric. State: NumericSum.
struct SumNumeric : NumericSumLogic {
  using Result = Decimal;

  static Outcome result(const State& state, Decimal& out) {
    if (state.count == 0) return outcomes::kNull;
    std::optional<Decimal> total = state.total();
    if (!total) return outcomes::kNumericRange;
    out = *total;
    return outcomes::kValue;
  }
};

/// The same with rows that can be taken back. State: ScaleParts.
struct RetractingSum {
  using Part = SumPart;

  static Outcome result(uint64_t, const PartsTotal& sums, Decimal& out) {
    std::optional<Decimal> total = sums.decimal();
    if (!total) return outcomes::kNumericRange;
    out = *total;
    return outcomes::kValue;
  }
};

/// sum(real) → real, sum(double precision) → double precision: plain additions of T in row order, so that
/// batches don't matter. State: number of values, their sum, and 1 if finite values added up to infinity.
template <class T>
struct SumFloat {
  struct State {
    uint64_t count;
    double total;
    uint64_t overflowed;
  };
  using Result = double;

  static void add(State& state, double value) {
    // 0 + -0.0 would lose the sign.
    T total =
        state.count++ == 0 ? static_cast<T>(value) : static_cast<T>(state.total) + static_cast<T>(value);
    if (std::isinf(total) && !std::isinf(state.total) && !std::isinf(value)) state.overflowed = 1;
    state.total = total;
  }
  static void merge(State& into, const State& from) {
    if (from.count == 0) return;
    add(into, from.total);
    into.count += from.count - 1;
    into.overflowed |= from.overflowed;
  }
  static Outcome result(const State& state, double& out) {
    if (state.count == 0) return outcomes::kNull;
    if (state.overflowed) return outcomes::kDoubleOverflow;
    out = state.total;
    return outcomes::kValue;
  }
};

/// sum(interval) → interval. State: IntervalSum.
struct SumInterval : IntervalSumLogic {
  using Result = Interval;

  static Outcome result(const IntervalSum& state, Interval& out) {
    if (state.micros.count == 0) return outcomes::kNull;
    return state.total(out) ? outcomes::kValue : outcomes::kIntervalRange;
  }
};

std::unique_ptr<const Aggregate> bind(std::span<const Type> arguments) {
  if (arguments.size() != 1) return nullptr;
  switch (arguments[0].kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
      return make_fixed<SumInteger>(kBigintType);
    case TypeKind::kBigint:
      return make_fixed<SumBigint>(kNumericType);
    case TypeKind::kNumeric:
      return make_fixed<SumNumeric>(kNumericType);
    case TypeKind::kReal:
      return make_fixed<SumFloat<float>>(kRealType);
    case TypeKind::kDouble:
      return make_fixed<SumFloat<double>>(kDoubleType);
    case TypeKind::kInterval:
      return make_fixed<SumInterval>(kIntervalType);
    default:
      return nullptr;
  }
}

}  // namespace

const AggregateSpec& sum_spec() {
  static const AggregateSpec spec{
      .name = "sum",
      .signature =
          "sum(smallint | integer) → bigint, sum(bigint | numeric) → numeric, sum(real | double precision | "
          "interval) → the same",
      .summary = "The sum of the values that are not null; null if there is none.",
      .example = "sum(amount)",
      .bind = &bind,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_numeric<RetractingSum>,
  };
  return spec;
}
PACTOLUS_REGISTER(sum);

}  // namespace pactolus

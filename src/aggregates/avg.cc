#include <cmath>

#include "aggregates/fixed_aggregate.h"
#include "aggregates/interval_sum.h"
#include "aggregates/numeric_sum.h"
#include "aggregates/registry.h"
#include "aggregates/retracting_numeric.h"
#include "aggregates/whole_sum.h"
#include "data/interval_scaling.h"

namespace pactolus {
namespace {

/// sum / count with the scale of PostgreSQL's numeric division.
Outcome divide(const std::optional<Decimal>& total, uint64_t count, Decimal& out) {
  std::optional<Decimal> average;
  if (total) average = Decimal::divide(*total, Decimal(count, 0));
  if (!average) return outcomes::kNumericRange;
  out = *average;
  return outcomes::kValue;
}

/// avg(smallint), avg(integer), avg(bigint) → numeric. State: WholeSum.
template <class T>
struct AvgWhole : WholeSumLogic<T> {
  using Result = Decimal;

  static Outcome result(const WholeSum& state, Decimal& out) {
    if (state.count == 0) return outcomes::kNull;
    return divide(Decimal(state.total(), 0), state.count, out);
  }
};

/// avg(numeric) → numeric. State: NumericSum.
struct AvgNumeric : NumericSumLogic {
  using Result = Decimal;

  static Outcome result(const NumericSum& state, Decimal& out) {
    if (state.count == 0) return outcomes::kNull;
    return divide(state.total(), state.count, out);
  }
};

/// The same with rows that can be taken back. State: ScaleParts.
struct RetractingAvg {
  using Part = SumPart;

  static Outcome result(uint64_t count, const PartsTotal& sums, Decimal& out) {
    return divide(sums.decimal(), count, out);
  }
};

/// avg(real), avg(double precision) → double precision: plain additions in row order, so that batches don't
/// matter. State: number of values, their sum, and 1 if finite values added up to infinity.
struct AvgDouble {
  struct State {
    uint64_t count;
    double total;
    uint64_t overflowed;
  };
  using Result = double;

  static void gather(State& state, double value, uint64_t count) {
    double total = state.total + value;
    if (std::isinf(total) && !std::isinf(state.total) && !std::isinf(value)) state.overflowed = 1;
    state.total = total;
    state.count += count;
  }
  static void add(State& state, double value) { gather(state, value, 1); }
  static void merge(State& into, const State& from) {
    gather(into, from.total, from.count);
    into.overflowed |= from.overflowed;
  }
  static Outcome result(const State& state, double& out) {
    if (state.count == 0) return outcomes::kNull;
    if (state.overflowed) return outcomes::kDoubleOverflow;
    out = state.total / static_cast<double>(state.count);
    return outcomes::kValue;
  }
};

/// avg(interval) → interval. State: IntervalSum.
struct AvgInterval : IntervalSumLogic {
  using Result = Interval;

  static Outcome result(const IntervalSum& state, Interval& out) {
    if (state.micros.count == 0) return outcomes::kNull;
    Interval total;
    const bool fits =
        state.total(total) && divide_interval(out, total, static_cast<double>(state.micros.count));
    return fits ? outcomes::kValue : outcomes::kIntervalRange;
  }
};

std::unique_ptr<const Aggregate> bind(std::span<const Type> arguments) {
  if (arguments.size() != 1) return nullptr;
  switch (arguments[0].kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
      return make_fixed<AvgWhole<int32_t>>(kNumericType);
    case TypeKind::kBigint:
      return make_fixed<AvgWhole<int64_t>>(kNumericType);
    case TypeKind::kNumeric:
      return make_fixed<AvgNumeric>(kNumericType);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return make_fixed<AvgDouble>(kDoubleType);
    case TypeKind::kInterval:
      return make_fixed<AvgInterval>(kIntervalType);
    default:
      return nullptr;
  }
}

}  // namespace

const AggregateSpec& avg_spec() {
  static const AggregateSpec spec{
      .name = "avg",
      .signature =
          "avg(smallint | integer | bigint | numeric) → numeric, avg(real | double precision) → double "
          "precision, avg(interval) → interval",
      .summary = "The arithmetic mean of the values that are not null; null if there is none.",
      .example = "avg(amount)",
      .bind = &bind,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_numeric<RetractingAvg>,
  };
  return spec;
}
PACTOLUS_REGISTER(avg);

}  // namespace pactolus

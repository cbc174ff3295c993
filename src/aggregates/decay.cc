#include <algorithm>
#include <cmath>
#include <limits>

#include "aggregates/fixed_aggregate.h"
#include "aggregates/registry.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

constexpr Outcome kHalfLifeRefused{
    true, "22023", "the half-life must be positive, below 290000 years, and the same in all rows of a group"};

/// Microseconds, a month counting 30 days; 0: refused.
int64_t micros_of(const Interval& half_life) {
  Int128 span = order_span(half_life);
  return span > 0 && span <= std::numeric_limits<int64_t>::max() ? static_cast<int64_t>(span) : 0;
}

/// Σ value * 2^(-(latest - time) / half_life), where `latest` is the greatest time that came: rows may come
/// in any order, which changes no more than rounding.
struct Decayed {
  uint64_t count;
  double total;       // as of `latest`
  int64_t latest;     // microseconds since 1970
  int64_t half_life;  // microseconds
  uint64_t overflowed;
  uint64_t refused;  // a half-life was

  void add(double value, int64_t time, int64_t value_half_life) {
    if (count == 0) {
      latest = time;
      half_life = value_half_life;
    }
    if (value_half_life == 0 || value_half_life != half_life) refused = 1;
    ++count;
    if (refused != 0) return;
    if (time > latest) {
      total = decayed(total, latest, time);
      latest = time;
    } else {
      value = decayed(value, time, latest);
    }
    const double before = total;
    total += value;
    if (std::isinf(total) && !std::isinf(before) && !std::isinf(value)) overflowed = 1;
  }

  void merge(const Decayed& other) {
    if (other.count == 0) return;
    add(other.total, other.latest, other.half_life);
    count += other.count - 1;
    overflowed |= other.overflowed;
    refused |= other.refused;
  }

  Outcome result(double& out) const {
    if (refused != 0) return kHalfLifeRefused;
    if (overflowed != 0) return outcomes::kDoubleOverflow;
    out = total;
    return outcomes::kValue;
  }

 private:
  /// What is infinite stays so, however old.
  double decayed(double value, int64_t from, int64_t to) const {
    if (std::isinf(value)) return value;
    const uint64_t age = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
    return value * std::exp2(-static_cast<double>(age) / static_cast<double>(half_life));
  }
};

struct DecayedSum {
  using State = Decayed;
  using Result = double;

  static void add(State& state, double value, int64_t time, const Interval& half_life) {
    state.add(value, time, micros_of(half_life));
  }
  static void merge(State& into, const State& from) { into.merge(from); }
  static Outcome result(const State& state, double& out) {
    return state.count == 0 ? outcomes::kNull : state.result(out);
  }
};

struct DecayedCount {
  using State = Decayed;
  using Result = double;

  static void add(State& state, int64_t time, const Interval& half_life) {
    state.add(1, time, micros_of(half_life));
  }
  static void merge(State& into, const State& from) { into.merge(from); }
  static Outcome result(const State& state, double& out) { return state.result(out); }
};

constexpr TypeKind kSumParameters[] = {TypeKind::kDouble, TypeKind::kTimestamptz, TypeKind::kInterval};
constexpr std::span kCountParameters = std::span(kSumParameters).subspan<1>();

template <class Logic>
std::unique_ptr<const Aggregate> bind(std::span<const Type>) {
  return make_fixed<Logic>(kDoubleType);
}

}  // namespace

const AggregateSpec& decayed_sum_spec() {
  static const AggregateSpec spec{
      .name = "decayed_sum",
      .signature =
          "decayed_sum(value double precision, time timestamptz, half_life interval) → double precision",
      .summary =
          "The sum of value * 2^(-age / half_life), where a row's age is the greatest time of the group "
          "minus its own: each half_life halves what a value counts. Rows with a null are left out; null "
          "if there is no other. The half-life must be the same in all rows; a month of it counts 30 "
          "days.",
      .example = "decayed_sum(amount, event_time(), '1 hour')",
      .parameters = kSumParameters,
      .bind = &bind<DecayedSum>,
  };
  return spec;
}
PACTOLUS_REGISTER(decayed_sum);

const AggregateSpec& decayed_count_spec() {
  static const AggregateSpec spec{
      .name = "decayed_count",
      .signature = "decayed_count(time timestamptz, half_life interval) → double precision",
      .summary = "decayed_sum of 1 for each row; 0 if there is none.",
      .example = "decayed_count(event_time(), '1 hour')",
      .parameters = kCountParameters,
      .bind = &bind<DecayedCount>,
  };
  return spec;
}
PACTOLUS_REGISTER(decayed_count);

}  // namespace pactolus

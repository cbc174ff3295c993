#include <cmath>

#include "aggregates/percentile.h"
#include "aggregates/registry.h"
#include "data/interval_scaling.h"

namespace pactolus {
namespace {

/// PostgreSQL's float8_lerp.
Outcome between(double& out, double from, double to, double part) {
  out = from + (part * (to - from));
  return outcomes::kValue;
}

/// PostgreSQL's interval_lerp.
Outcome between(Interval& out, const Interval& from, const Interval& to, double part) {
  Interval distance;
  Interval share;
  bool fine = subtract_intervals(distance, to, from) && multiply_interval(share, distance, part) &&
              add_intervals(out, share, from);
  return fine ? outcomes::kValue : outcomes::kIntervalRange;
}

/// PostgreSQL's percentile_cont_final_common (orderedsetaggs.c).
struct Continuous {
  static double place(double fraction, uint64_t rows) { return fraction * static_cast<double>(rows - 1); }

  static uint64_t rank(double fraction, bool descending, uint64_t rows) {
    const double exact = place(fraction, rows);
    return descending ? rows - 1 - static_cast<uint64_t>(std::ceil(exact))
                      : static_cast<uint64_t>(std::floor(exact));
  }
  template <class Cursor, class T>
  static Outcome result(double fraction, bool descending, const Cursor& state, T& out) {
    const double exact = place(fraction, state.rows);
    const double first = std::floor(exact);
    out = state.at_rank();
    if (first == std::ceil(exact)) return outcomes::kValue;
    const T lesser = out;
    const T greater = state.behind_rank(rank(fraction, descending, state.rows));
    return between(out, descending ? greater : lesser, descending ? lesser : greater, exact - first);
  }
};

constexpr TypeKind kValues[] = {TypeKind::kDouble, TypeKind::kInterval};

}  // namespace

const AggregateSpec& percentile_cont_spec() {
  static const AggregateSpec spec{
      .name = "percentile_cont",
      .signature =
          "percentile_cont(fraction double precision) WITHIN GROUP (ORDER BY double precision) → double "
          "precision, … (ORDER BY interval) → interval",
      .summary =
          "The value at the fraction of the way through all values in the order, which may be DESC, those "
          "on both sides of it interpolated; null if there is none. The fraction is a constant from 0 to 1; "
          "null if it is null. Each value is an entry of the state.",
      .example = "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)",
      .parameters = kValues,
      .bind_ordered_set = [](const OrderedSetCall& call) -> std::unique_ptr<const OrderedSetAggregate> {
        return call.value.kind == TypeKind::kInterval ? make_percentile<Interval, Continuous>(call)
                                                      : make_percentile<double, Continuous>(call);
      },
      .takes_fraction = true,
  };
  return spec;
}
PACTOLUS_REGISTER(percentile_cont);

}  // namespace pactolus

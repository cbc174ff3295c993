#include <cmath>

#include "aggregates/percentile.h"
#include "aggregates/registry.h"

namespace pactolus {
namespace {

/// PostgreSQL's percentile_disc_final (orderedsetaggs.c).
struct Discrete {
  static uint64_t rank(double fraction, bool descending, uint64_t rows) {
    auto place = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(rows)));  // from 1
    uint64_t in_order = place > 1 ? place - 1 : 0;
    return descending ? rows - 1 - in_order : in_order;
  }
  template <class Cursor, class T>
  static Outcome result(double, bool, const Cursor& state, T& out) {
    out = state.at_rank();
    return outcomes::kValue;
  }
};

}  // namespace

const AggregateSpec& percentile_disc_spec() {
  static const AggregateSpec spec{
      .name = "percentile_disc",
      .signature = "percentile_disc(fraction double precision) WITHIN GROUP (ORDER BY any type) → the same",
      .summary =
          "The first value in the order, which may be DESC, that together with those before it makes up at "
          "least the fraction of all; null if there is none. The fraction is a constant from 0 to 1; null if "
          "it is null. Of equal values (1.0 and 1.00) the one that came first is shown. Each value is an "
          "entry of the state.",
      .example = "percentile_disc(0.99) WITHIN GROUP (ORDER BY amount)",
      .bind_ordered_set = [](const OrderedSetCall& call) -> std::unique_ptr<const OrderedSetAggregate> {
        return visit_ordered(call.value.kind, [&]<class T>() { return make_percentile<T, Discrete>(call); });
      },
      .takes_fraction = true,
  };
  return spec;
}
PACTOLUS_REGISTER(percentile_disc);

}  // namespace pactolus

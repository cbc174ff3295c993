#include "aggregates/registry.h"
#include "aggregates/value_by_extreme.h"

namespace pactolus {

const AggregateSpec& min_by_spec() {
  static const AggregateSpec spec{
      .name = "min_by",
      .signature = "min_by(any type, any type but boolean) → the first",
      .summary =
          "The first argument in the row where the second one is smallest; of several such rows, the "
          "first that came counts. Rows where the second is null are left out; null if there is no other.",
      .example = "min_by(amount, event_time())",
      .bind = [](std::span<const Type> arguments) { return make_value_by_extreme(arguments, 1); },
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(min_by);

}  // namespace pactolus

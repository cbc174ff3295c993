#include "aggregates/registry.h"
#include "aggregates/value_by_extreme.h"

namespace pactolus {

const AggregateSpec& max_by_spec() {
  static const AggregateSpec spec{
      .name = "max_by",
      .signature = "max_by(any type, any type but boolean) → the first",
      .summary =
          "The first argument in the row where the second one is greatest; of several such rows, the "
          "first that came counts. Rows where the second is null are left out; null if there is no other.",
      .example = "max_by(amount, event_time())",
      .bind = [](std::span<const Type> arguments) { return make_value_by_extreme(arguments, -1); },
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(max_by);

}  // namespace pactolus

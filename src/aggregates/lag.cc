#include "aggregates/registry.h"
#include "aggregates/value_by_place.h"

namespace pactolus {

const AggregateSpec& lag_spec() {
  static const AggregateSpec spec{
      .name = "lag",
      .signature = "lag(any type) → the same",
      .summary =
          "The value in the last row but one, as ORDER BY says or else as they came: what came before the "
          "newest. NULL if it is NULL there, and if there are fewer than two rows.",
      .example = "lag(merchant)",
      .bind =
          [](std::span<const Type> arguments) { return make_value_by_place(arguments, Place::kLastButOne); },
      .takes_nulls = true,
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(lag);

}  // namespace pactolus

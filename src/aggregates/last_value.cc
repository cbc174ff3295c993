#include "aggregates/registry.h"
#include "aggregates/value_by_place.h"

namespace pactolus {

const AggregateSpec& last_value_spec() {
  static const AggregateSpec spec{
      .name = "last_value",
      .signature = "last_value(any type) → the same",
      .summary =
          "The value in the last row, as ORDER BY says or else as they came; NULL if it is NULL there, and "
          "if there "
          "is no row.",
      .example = "last_value(merchant)",
      .bind = [](std::span<const Type> arguments) { return make_value_by_place(arguments, Place::kLast); },
      .takes_nulls = true,
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(last_value);

}  // namespace pactolus

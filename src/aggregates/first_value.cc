#include "aggregates/registry.h"
#include "aggregates/value_by_place.h"

namespace pactolus {

const AggregateSpec& first_value_spec() {
  static const AggregateSpec spec{
      .name = "first_value",
      .signature = "first_value(any type) → the same",
      .summary =
          "The value in the first row, as ORDER BY says or else as they came; NULL if it is NULL there, and "
          "if there "
          "is no row.",
      .example = "first_value(merchant)",
      .bind = [](std::span<const Type> arguments) { return make_value_by_place(arguments, Place::kFirst); },
      .takes_nulls = true,
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(first_value);

}  // namespace pactolus

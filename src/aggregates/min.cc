#include "aggregates/extreme.h"
#include "aggregates/registry.h"

namespace pactolus {

const AggregateSpec& min_spec() {
  static const AggregateSpec spec{
      .name = "min",
      .signature = "min(any type but boolean) → the same",
      .summary = "The smallest value that is not null; null if there is none.",
      .example = "min(amount)",
      .bind = &bind_extreme<1>,
      .ignores_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(min);

}  // namespace pactolus

#include "aggregates/extreme.h"
#include "aggregates/registry.h"

namespace pactolus {

const AggregateSpec& max_spec() {
  static const AggregateSpec spec{
      .name = "max",
      .signature = "max(any type but boolean) → the same",
      .summary = "The greatest value that is not null; null if there is none.",
      .example = "max(amount)",
      .bind = &bind_extreme<-1>,
      .ignores_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(max);

}  // namespace pactolus

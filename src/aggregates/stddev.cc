#include "aggregates/registry.h"
#include "aggregates/variance.h"

namespace pactolus {

const AggregateSpec& stddev_pop_spec() {
  static const AggregateSpec spec{
      .name = "stddev_pop",
      .signature =
          "stddev_pop(smallint | integer | bigint | numeric) → numeric, stddev_pop(real | double precision) "
          "→ double precision",
      .summary =
          "The standard deviation of the values that are not null, as those of a whole population; null "
          "if there is none.",
      .example = "stddev_pop(amount)",
      .bind = &bind_spread<Spread::kStandardDeviation, false>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kStandardDeviation, false>,
  };
  return spec;
}
PACTOLUS_REGISTER(stddev_pop);

const AggregateSpec& stddev_samp_spec() {
  static const AggregateSpec spec{
      .name = "stddev_samp",
      .signature =
          "stddev_samp(smallint | integer | bigint | numeric) → numeric, stddev_samp(real | double "
          "precision) → double precision",
      .summary =
          "The standard deviation of the population that the values that are not null are a sample of; "
          "null if there are fewer than two.",
      .example = "stddev_samp(amount)",
      .bind = &bind_spread<Spread::kStandardDeviation, true>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kStandardDeviation, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(stddev_samp);

const AggregateSpec& stddev_spec() {
  static const AggregateSpec spec{
      .name = "stddev",
      .signature =
          "stddev(smallint | integer | bigint | numeric) → numeric, stddev(real | double precision) → double "
          "precision",
      .summary = "Another name of stddev_samp.",
      .example = "stddev(amount)",
      .bind = &bind_spread<Spread::kStandardDeviation, true>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kStandardDeviation, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(stddev);

}  // namespace pactolus

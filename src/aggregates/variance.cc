#include "aggregates/variance.h"
#include "aggregates/registry.h"

namespace pactolus {

const AggregateSpec& var_pop_spec() {
  static const AggregateSpec spec{
      .name = "var_pop",
      .signature =
          "var_pop(smallint | integer | bigint | numeric) → numeric, var_pop(real | double precision) → "
          "double precision",
      .summary =
          "The variance of the values that are not null, as those of a whole population; null if there is"
          " none.",
      .example = "var_pop(amount)",
      .bind = &bind_spread<Spread::kVariance, false>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kVariance, false>,
  };
  return spec;
}
PACTOLUS_REGISTER(var_pop);

const AggregateSpec& var_samp_spec() {
  static const AggregateSpec spec{
      .name = "var_samp",
      .signature =
          "var_samp(smallint | integer | bigint | numeric) → numeric, var_samp(real | double precision) → "
          "double precision",
      .summary =
          "The variance of the population that the values that are not null are a sample of; null if "
          "there are fewer than two.",
      .example = "var_samp(amount)",
      .bind = &bind_spread<Spread::kVariance, true>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kVariance, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(var_samp);

const AggregateSpec& variance_spec() {
  static const AggregateSpec spec{
      .name = "variance",
      .signature =
          "variance(smallint | integer | bigint | numeric) → numeric, variance(real | double precision) → "
          "double precision",
      .summary = "Another name of var_samp.",
      .example = "variance(amount)",
      .bind = &bind_spread<Spread::kVariance, true>,
      .retraction = Retraction::kUnlessDouble,
      .bind_retracting = &bind_retracting_spread<Spread::kVariance, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(variance);

}  // namespace pactolus

#include "aggregates/pair_moments.h"
#include "aggregates/registry.h"

namespace pactolus {
namespace {

Outcome population(const PairMoments& pairs, double& out) {
  out = pairs.products / pairs.count;
  return outcomes::kValue;
}

Outcome sample(const PairMoments& pairs, double& out) {
  out = pairs.products / (pairs.count - 1);
  return outcomes::kValue;
}

Outcome correlation(const PairMoments& pairs, double& out) {
  if (pairs.squares_x == 0 || pairs.squares_y == 0) return outcomes::kNull;
  out = pairs.products / std::sqrt(pairs.squares_x * pairs.squares_y);
  return outcomes::kValue;
}

}  // namespace

const AggregateSpec& covar_pop_spec() {
  static const AggregateSpec spec{
      .name = "covar_pop",
      .signature = "covar_pop(y double precision, x double precision) → double precision",
      .summary =
          "The covariance of the pairs without null, as those of a whole population; null if there is "
          "none.",
      .example = "covar_pop(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&population>>,
  };
  return spec;
}
PACTOLUS_REGISTER(covar_pop);

const AggregateSpec& covar_samp_spec() {
  static const AggregateSpec spec{
      .name = "covar_samp",
      .signature = "covar_samp(y double precision, x double precision) → double precision",
      .summary =
          "The covariance of the population that the pairs without null are a sample of; null if there "
          "are fewer than two.",
      .example = "covar_samp(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&sample, 2>>,
  };
  return spec;
}
PACTOLUS_REGISTER(covar_samp);

const AggregateSpec& corr_spec() {
  static const AggregateSpec spec{
      .name = "corr",
      .signature = "corr(y double precision, x double precision) → double precision",
      .summary =
          "Pearson's correlation of the pairs without null; null if there is none, or if all x or all y "
          "are equal.",
      .example = "corr(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&correlation>>,
  };
  return spec;
}
PACTOLUS_REGISTER(corr);

}  // namespace pactolus

#include "aggregates/pair_moments.h"
#include "aggregates/registry.h"

namespace pactolus {
namespace {

Outcome average_x(const PairMoments& pairs, double& out) {
  out = pairs.sum_x / pairs.count;
  return outcomes::kValue;
}

Outcome average_y(const PairMoments& pairs, double& out) {
  out = pairs.sum_y / pairs.count;
  return outcomes::kValue;
}

Outcome squares_x(const PairMoments& pairs, double& out) {
  out = pairs.squares_x;
  return outcomes::kValue;
}

Outcome squares_y(const PairMoments& pairs, double& out) {
  out = pairs.squares_y;
  return outcomes::kValue;
}

Outcome products(const PairMoments& pairs, double& out) {
  out = pairs.products;
  return outcomes::kValue;
}

Outcome slope(const PairMoments& pairs, double& out) {
  if (pairs.squares_x == 0) return outcomes::kNull;
  out = pairs.products / pairs.squares_x;
  return outcomes::kValue;
}

Outcome intercept(const PairMoments& pairs, double& out) {
  if (pairs.squares_x == 0) return outcomes::kNull;
  out = (pairs.sum_y - pairs.sum_x * pairs.products / pairs.squares_x) / pairs.count;
  return outcomes::kValue;
}

Outcome determination(const PairMoments& pairs, double& out) {
  if (pairs.squares_x == 0) return outcomes::kNull;
  const bool horizontal = pairs.squares_y == 0;
  out = horizontal ? 1.0 : (pairs.products * pairs.products) / (pairs.squares_x * pairs.squares_y);
  return outcomes::kValue;
}

/// State: the number of pairs.
struct PairCount {
  struct State {
    uint64_t count;
  };
  using Result = int64_t;

  static void add(State& state, double, double) { ++state.count; }
  static void retract(State& state, double, double) { --state.count; }
  static void merge(State& into, const State& from) { into.count += from.count; }
  static Outcome result(const State& state, int64_t& out) {
    out = static_cast<int64_t>(state.count);
    return outcomes::kValue;
  }
};

std::unique_ptr<const Aggregate> bind_count(std::span<const Type>) {
  return make_fixed<PairCount>(kBigintType);
}

}  // namespace

const AggregateSpec& regr_count_spec() {
  static const AggregateSpec spec{
      .name = "regr_count",
      .signature = "regr_count(y double precision, x double precision) → bigint",
      .summary = "How many pairs are without null; 0 if there is none.",
      .example = "regr_count(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_count,
      .retraction = Retraction::kAlways,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_count);

const AggregateSpec& regr_avgx_spec() {
  static const AggregateSpec spec{
      .name = "regr_avgx",
      .signature = "regr_avgx(y double precision, x double precision) → double precision",
      .summary = "The mean of x of the pairs without null; null if there is none.",
      .example = "regr_avgx(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&average_x>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_avgx);

const AggregateSpec& regr_avgy_spec() {
  static const AggregateSpec spec{
      .name = "regr_avgy",
      .signature = "regr_avgy(y double precision, x double precision) → double precision",
      .summary = "The mean of y of the pairs without null; null if there is none.",
      .example = "regr_avgy(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&average_y>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_avgy);

const AggregateSpec& regr_sxx_spec() {
  static const AggregateSpec spec{
      .name = "regr_sxx",
      .signature = "regr_sxx(y double precision, x double precision) → double precision",
      .summary =
          "The sum of the squares of x's deviations from its mean, of the pairs without null; null if "
          "there is none.",
      .example = "regr_sxx(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&squares_x>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_sxx);

const AggregateSpec& regr_syy_spec() {
  static const AggregateSpec spec{
      .name = "regr_syy",
      .signature = "regr_syy(y double precision, x double precision) → double precision",
      .summary =
          "The sum of the squares of y's deviations from its mean, of the pairs without null; null if "
          "there is none.",
      .example = "regr_syy(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&squares_y>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_syy);

const AggregateSpec& regr_sxy_spec() {
  static const AggregateSpec spec{
      .name = "regr_sxy",
      .signature = "regr_sxy(y double precision, x double precision) → double precision",
      .summary =
          "The sum of the products of x's and y's deviations from their means, of the pairs without null;"
          " null if there is none.",
      .example = "regr_sxy(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&products>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_sxy);

const AggregateSpec& regr_slope_spec() {
  static const AggregateSpec spec{
      .name = "regr_slope",
      .signature = "regr_slope(y double precision, x double precision) → double precision",
      .summary =
          "The slope of the line of least squares through the pairs without null; null if there is none, "
          "or if all x are equal.",
      .example = "regr_slope(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&slope>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_slope);

const AggregateSpec& regr_intercept_spec() {
  static const AggregateSpec spec{
      .name = "regr_intercept",
      .signature = "regr_intercept(y double precision, x double precision) → double precision",
      .summary =
          "Where the line of least squares through the pairs without null meets x = 0; null if there is "
          "none, or if all x are equal.",
      .example = "regr_intercept(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&intercept>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_intercept);

const AggregateSpec& regr_r2_spec() {
  static const AggregateSpec spec{
      .name = "regr_r2",
      .signature = "regr_r2(y double precision, x double precision) → double precision",
      .summary =
          "The square of the correlation of the pairs without null; null if there is none, or if all x "
          "are equal, and 1 if only all y are.",
      .example = "regr_r2(amount, quantity)",
      .parameters = kPairParameters,
      .bind = &bind_pair<PairLogic<&determination>>,
  };
  return spec;
}
PACTOLUS_REGISTER(regr_r2);

}  // namespace pactolus

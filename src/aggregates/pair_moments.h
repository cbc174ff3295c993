#pragma once

#include "aggregates/double_moments.h"

namespace pactolus {

/// The state of regression, covariance and correlation over pairs (y, x) of double precision: N, Σx,
/// Σ(x - mean)², the same of y, Σ of the products of deviations, and 1 if finite values overflowed.
struct PairMoments {
  double count;
  double sum_x;
  double squares_x;
  double sum_y;
  double squares_y;
  double products;
  uint64_t overflowed;

  void add(double y, double x);
  void merge(const PairMoments& other);
};

/// An aggregate of pairs: kFinish computes its result of a state with at least kCountMin pairs that has not
/// overflowed; null with fewer.
template <Outcome (*kFinish)(const PairMoments&, double&), int kCountMin = 1>
struct PairLogic {
  using State = PairMoments;
  using Result = double;

  static void add(State& state, double y, double x) { state.add(y, x); }
  static void merge(State& into, const State& from) { into.merge(from); }
  static Outcome result(const State& state, double& out) {
    if (state.count < kCountMin) return outcomes::kNull;
    return state.overflowed != 0 ? outcomes::kDoubleOverflow : kFinish(state, out);
  }
};

inline constexpr TypeKind kPairParameters[] = {TypeKind::kDouble, TypeKind::kDouble};

template <class Logic>
std::unique_ptr<const Aggregate> bind_pair(std::span<const Type>) {
  return make_fixed<Logic>(kDoubleType);
}

}  // namespace pactolus

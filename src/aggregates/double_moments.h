#pragma once

#include <cmath>
#include <limits>

#include "aggregates/fixed_aggregate.h"

namespace pactolus {

// Youngs' and Cramer's method, as PostgreSQL 15 has it (float8_accum, float8_regr_accum and their combining
// functions in float.c), operation by operation, so that every digit is PostgreSQL's. An infinity or NaN
// among the values makes what depends on their deviations NaN; finite values that add up to infinity are an
// error.

/// Of two states.
inline double mean_difference(double count_a, double sum_a, double count_b, double sum_b) {
  return sum_a / count_a - sum_b / count_b;
}

/// An operation on finite numbers that left the range.
inline bool newly_infinite(double result, double a, double b) {
  return std::isinf(result) && !std::isinf(a) && !std::isinf(b);
}

/// The state of variance and standard deviation over double precision: N, Σx, Σ(x - mean)², and 1 if finite
/// values overflowed.
struct DoubleMoments {
  double count;
  double sum;
  double squares;
  uint64_t overflowed;

  void add(double value) {
    const DoubleMoments before = *this;
    count += 1;
    sum += value;
    if (before.count == 0) {
      if (!std::isfinite(value)) squares = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    const double deviation = value * count - sum;
    squares += deviation * deviation / (count * before.count);
    if (std::isinf(sum) || std::isinf(squares)) {
      if (!std::isinf(before.sum) && !std::isinf(value)) overflowed = 1;
      squares = std::numeric_limits<double>::quiet_NaN();
    }
  }

  void merge(const DoubleMoments& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    overflowed |= other.overflowed;
    const DoubleMoments before = *this;
    const double apart = mean_difference(count, sum, other.count, other.sum);
    count += other.count;
    sum += other.sum;
    squares = before.squares + other.squares + before.count * other.count * apart * apart / count;
    if (newly_infinite(sum, before.sum, other.sum)) overflowed = 1;
    if (newly_infinite(squares, before.squares, other.squares)) overflowed = 1;
  }
};

}  // namespace pactolus

#pragma once

#include <optional>

#include "aggregates/numeric_sum.h"
#include "aggregates/whole_sum.h"
#include "aggregates/words.h"

namespace pactolus {

/// The state of variance and standard deviation over numeric: the exact sum of the values, and that of their
/// squares at twice its scale. An overflow of either is `sum.overflowed`. What the sum can hold, its squares
/// can, too, unless values beyond it cancel each other.
struct NumericMoments {
  NumericSum sum;
  Words<6> squares{};

  void add(const Decimal& value);
  void merge(const NumericMoments& other);

 private:
  void add_squares(Words<6> other, uint32_t scale);
};
static_assert(sizeof(NumericMoments) == 88);

/// The same over integer and bigint; 192 bits hold 2^64 squares.
struct WholeMoments {
  WholeSum sum;
  Words<3> squares{};

  void add(int64_t value);
  void retract(int64_t value);
  void merge(const WholeMoments& other);
};
static_assert(sizeof(WholeMoments) == 48);

/// What exact sums come to, whatever they were gathered in: sums are magnitudes.
struct ExactSums {
  uint64_t count;
  Words<3> sum;
  Words<6> squares;
  int scale;  // of the sum
};

ExactSums exact_sums(const NumericMoments& moments);
ExactSums exact_sums(const WholeMoments& moments);

enum class Spread : uint8_t { kVariance, kStandardDeviation };

/// Of the population, or `sample`: by count - 1. Digits and scale are those of PostgreSQL
/// (numeric_stddev_internal in numeric.c): (N ΣX² - (ΣX)²) / (N (N - 1)), rounded at the scale of a numeric
/// division, and the root of that, rounded at the same scale. Needs count > (sample ? 1 : 0). None: beyond 38
/// digits.
std::optional<Decimal> spread(const ExactSums& sums, Spread which, bool sample);

}  // namespace pactolus

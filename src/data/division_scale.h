#pragma once

#include <cstdint>

#include "data/decimal.h"

namespace pactolus {

/// A number's highest digit in base 10000, aligned at the decimal point, and that digit's weight (its power
/// of 10000): PostgreSQL's representation, on which its choice of a quotient's scale depends.
struct LeadingDigit {
  int weight = 0;
  uint64_t digit = 0;
};

/// Of magnitude / 10^scale, magnitude < 10^38; the scale may be negative.
LeadingDigit leading_digit(Uint128 magnitude, int scale);

/// How many digits after the point PostgreSQL gives a quotient (select_div_scale in numeric.c): at least 16
/// significant ones, and no fewer than either operand shows. `operand_scale`: the greater of their scales.
int division_scale(LeadingDigit dividend, LeadingDigit divisor, int operand_scale);

}  // namespace pactolus

#include "data/division_scale.h"

#include <algorithm>

#include "data/decimal_digits.h"

namespace pactolus {

LeadingDigit leading_digit(Uint128 magnitude, int scale) {
  if (magnitude == 0) return {};
  int exponent = digit_count(magnitude) - 1 - scale;
  int weight = exponent >= 0 ? exponent / 4 : -((3 - exponent) / 4);
  int drop = scale + 4 * weight;
  if (drop >= 0) return {weight, static_cast<uint64_t>(divide_by_power(magnitude, drop).quotient)};
  Uint128 digit = 0;
  multiply_by_power(magnitude, -drop, &digit);  // below 10000: the product is the leading digit
  return {weight, static_cast<uint64_t>(digit)};
}

int division_scale(LeadingDigit dividend, LeadingDigit divisor, int operand_scale) {
  constexpr int kSignificantDigitsMin = 16;
  int quotient_weight = dividend.weight - divisor.weight - (dividend.digit <= divisor.digit ? 1 : 0);
  int scale = std::max(kSignificantDigitsMin - quotient_weight * 4, operand_scale);
  return std::min(scale, Decimal::kScaleMax);
}

}  // namespace pactolus

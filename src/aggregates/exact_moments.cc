#include "aggregates/exact_moments.h"

#include "data/division_scale.h"

namespace pactolus {
namespace {

/// Wide enough for N ΣX² with digits to spare: a quotient that needs more has more than 38 digits.
using Wide = Words<8>;

Words<2> square(uint64_t value) {
  Words<2> words{};
  set_two_words(words, 0, static_cast<Uint128>(value) * value);
  return words;
}

Words<4> square(Uint128 value) {
  Uint256 wide = multiply_wide(value, value);
  Words<4> words{};
  set_two_words(words, 0, wide.low);
  set_two_words(words, 2, wide.high);
  return words;
}

/// Of value / 10^scale.
LeadingDigit leading_digit(Wide value, int scale) {
  constexpr int kStep = 19;
  // Lower digits don't matter.
  while (!fits(value, 2) || two_words(value, 0) >= kCoefficientEnd) {
    divide(value, kPowersOfTen[kStep]);
    scale -= kStep;
  }
  return pactolus::leading_digit(two_words(value, 0), scale);
}

/// Half away from zero.
void divide_rounded(Wide& value, Uint128 divisor) {
  Uint128 remainder = divide(value, divisor);
  if (remainder >= divisor - remainder) add(value, Words<1>{1});
}

std::optional<Decimal> checked(const Wide& value, int scale) {
  if (!fits(value, 2) || two_words(value, 0) >= kCoefficientEnd) return std::nullopt;
  return Decimal(static_cast<Int128>(two_words(value, 0)), scale);
}

std::optional<Decimal> root_of(Wide variance, int scale) {
  if (!multiply_by_power_of_ten(variance, static_cast<uint32_t>(scale))) return std::nullopt;
  if (!fits(variance, 4) || two_words(variance, 2) >> 126 != 0)
    return std::nullopt;  // a root of 38 digits has less
  Wide root{};
  set_two_words(root, 0, rounded_root({two_words(variance, 2), two_words(variance, 0)}));
  return checked(root, scale);
}

}  // namespace

void NumericMoments::add(const Decimal& value) {
  const uint32_t scale_before = sum.scale;
  sum.add(value);
  if (sum.scale > scale_before && !multiply_by_power_of_ten(squares, 2 * (sum.scale - scale_before)))
    sum.overflowed = 1;
  add_squares(resized<6>(square(magnitude_of(value))), static_cast<uint32_t>(value.scale()));
}

void NumericMoments::merge(const NumericMoments& other) {
  const uint32_t scale_before = sum.scale;
  sum.merge(other.sum);
  if (sum.scale > scale_before && !multiply_by_power_of_ten(squares, 2 * (sum.scale - scale_before)))
    sum.overflowed = 1;
  add_squares(other.squares, other.sum.scale);
}

void NumericMoments::add_squares(Words<6> other, uint32_t scale) {
  bool fits = scale == sum.scale || multiply_by_power_of_ten(other, 2 * (sum.scale - scale));
  if (!pactolus::add(squares, other) || !fits) sum.overflowed = 1;
}

void WholeMoments::add(int64_t value) {
  ++sum.count;
  sum.add(value);
  pactolus::add(squares, square(static_cast<uint64_t>(magnitude_of(value))));
}

void WholeMoments::retract(int64_t value) {
  --sum.count;
  sum.add(-Int128{value});
  subtract(squares, square(static_cast<uint64_t>(magnitude_of(value))));
}

void WholeMoments::merge(const WholeMoments& other) {
  sum.count += other.sum.count;
  sum.add(other.sum.total());
  pactolus::add(squares, other.squares);
}

ExactSums exact_sums(const NumericMoments& moments) {
  const NumericSum& sum = moments.sum;
  Words<3> words = {sum.low, sum.middle, static_cast<uint64_t>(sum.high)};
  return {sum.count, sum.high < 0 ? negated(words) : words, moments.squares, static_cast<int>(sum.scale)};
}

ExactSums exact_sums(const WholeMoments& moments) {
  Words<3> words{};
  set_two_words(words, 0, magnitude_of(moments.sum.total()));
  return {moments.sum.count, words, resized<6>(moments.squares), 0};
}

std::optional<Decimal> spread(const ExactSums& sums, Spread which, bool sample) {
  Wide value = resized<8>(sums.squares);
  multiply(value, sums.count);
  add(value, negated(resized<8>(product(sums.sum, sums.sum))));  // never below zero
  if (is_zero(value)) return Decimal();
  const int value_scale = 2 * sums.scale;
  Uint128 divisor = static_cast<Uint128>(sums.count) * (sample ? sums.count - 1 : sums.count);
  if (divisor >= kCoefficientEnd) return std::nullopt;
  int scale =
      division_scale(leading_digit(value, value_scale), pactolus::leading_digit(divisor, 0), value_scale);
  // Digits after the thousandth would have to go.
  if (scale < value_scale) return std::nullopt;
  if (!multiply_by_power_of_ten(value, static_cast<uint32_t>(scale - value_scale))) return std::nullopt;
  divide_rounded(value, divisor);
  return which == Spread::kVariance ? checked(value, scale) : root_of(value, scale);
}

}  // namespace pactolus

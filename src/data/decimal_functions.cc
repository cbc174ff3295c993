#include "data/decimal_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "data/decimal_digits.h"
#include "data/wide_float.h"

namespace pactolus {
namespace {

constexpr int kSignificantDigitsMin = 16;
constexpr double kLog10OfE = 0.434294481903252;  // with PostgreSQL's digits: scales depend on it
constexpr double kLnOf10 = 2.302585092994046;
constexpr double kExponentMax = 6000;  // e to more overflows for PostgreSQL, e to less is 0

int bounded_scale(int scale) { return std::clamp(scale, 0, Decimal::kScaleMax); }

/// The exponent of the highest digit: 10^n <= |value| < 10^(n+1). Not for zero.
int highest_digit(const Decimal& value) { return digit_count(magnitude_of(value)) - 1 - value.scale(); }

/// The weight of the digit in base 10000, aligned at the point, that holds a decimal digit of this weight.
int weight_in_base_10000(int weight) { return weight >= 0 ? weight / 4 : -((3 - weight) / 4); }

/// Made of digits, rounded half away from zero to a whole number of which `scale` digits are after the point.
std::optional<Decimal> decimal_of(const WideFloat& digits, bool negative, int scale) {
  std::optional<Uint128> magnitude = digits.rounded();
  if (!magnitude || *magnitude >= kCoefficientEnd) return std::nullopt;
  auto coefficient = static_cast<Int128>(*magnitude);
  return Decimal(negative ? -coefficient : coefficient, scale);
}

/// `value` rounded to `scale` digits after the point.
std::optional<Decimal> rounded(const WideFloat& value, int scale) {
  return decimal_of(value * WideFloat::power_of_ten(scale), value.is_negative(), scale);
}

/// Exponent and value of the highest digits in base 10000, aligned at the point: of the first one, or of the
/// first two if anything follows the first. PostgreSQL's estimate of logarithms starts from them.
struct LeadingDigits {
  int exponent = 0;  // of ten
  double digits = 0;
};

/// The coefficient * 10^-drop, cut to a whole number; it is below 10^8.
Quotient digits_above(const Decimal& value, int drop) {
  Quotient division{magnitude_of(value), 0};
  if (drop > 0) return divide_by_power(division.quotient, drop);
  multiply_by_power(division.quotient, -drop, &division.quotient);
  return division;
}

LeadingDigits leading_digits(const Decimal& value) {
  constexpr int kDigits = 4;
  int exponent = weight_in_base_10000(highest_digit(value)) * kDigits;
  Decimal normal = value.normalized();
  Quotient first = digits_above(normal, normal.scale() + exponent);
  if (first.remainder == 0) return {exponent, static_cast<double>(first.quotient)};
  exponent -= kDigits;
  Quotient two = digits_above(normal, normal.scale() + exponent);
  return {exponent, static_cast<double>(two.quotient)};
}

/// Which power of ten the natural logarithm's highest digit has, about: PostgreSQL's estimate_ln_dweight.
int logarithm_weight(const Decimal& value) {
  static const Decimal kOne = Decimal::from_int64(1);
  if (value >= Decimal(9, 1) && value <= Decimal(11, 1)) {
    std::optional<Decimal> distance = Decimal::subtract(value, kOne);
    PACTOLUS_CHECK(distance.has_value());  // has no more digits than the value
    return distance->is_zero() ? 0 : highest_digit(*distance);
  }
  LeadingDigits leading = leading_digits(value);
  double estimate = std::log(leading.digits) + leading.exponent * kLnOf10;
  return static_cast<int>(std::log10(std::abs(estimate)));
}

/// e^exponent to `scale` digits.
std::optional<Decimal> exponential_to_scale(const WideFloat& exponent, int scale) {
  double about = exponent.to_double();
  if (about <= -kExponentMax) return Decimal(0, scale);
  if (about >= kExponentMax) return std::nullopt;
  return rounded(exponential(exponent), scale);
}

/// Powers by whole numbers keep a fixed number of digits after the point.
std::optional<Decimal> whole_power(const Decimal& base, int32_t exponent) {
  int scale = bounded_scale(std::max(kSignificantDigitsMin, base.scale()));
  Decimal normal = base.normalized();
  int64_t times = std::abs(int64_t{exponent});
  WideFloat power = WideFloat(magnitude_of(normal)).raised_to(static_cast<uint64_t>(times));
  int64_t shift = normal.scale() * times;  // base^times = power / 10^shift
  // Exact where the result is a tie: then its digits, and the power's, are few.
  WideFloat result;
  if (exponent < 0) {
    result = WideFloat::power_of_ten(shift + scale) / power;
  } else if (scale >= shift) {
    result = power * WideFloat::power_of_ten(scale - shift);
  } else {
    result = power / WideFloat::power_of_ten(shift - scale);
  }
  return decimal_of(result, base.is_negative() && times % 2 == 1, scale);
}

/// exponent * ln(base) as PostgreSQL first estimates it: both the logarithm and the product cut to about
/// eight digits.
double power_estimate(const WideFloat& ln_base, const Decimal& exponent, int ln_weight) {
  int scale = std::max(8 - ln_weight, 0);
  WideFloat unit = WideFloat::power_of_ten(scale);
  std::optional<Uint128> digits = (ln_base * unit).rounded();
  PACTOLUS_CHECK(digits.has_value());
  WideFloat product = WideFloat(*digits, ln_base.is_negative()) * WideFloat(exponent);
  std::optional<Uint128> whole = product.rounded();
  // A product that large has more digits than a double.
  return ((whole ? WideFloat(*whole, product.is_negative()) : product) / unit).to_double();
}

bool is_odd(const Decimal& whole) { return magnitude_of(whole) % 2 == 1; }

std::optional<Decimal> fractional_power(const Decimal& base, const Decimal& exponent) {
  WideFloat ln_base = logarithm(WideFloat(base).magnitude());
  Decimal magnitude = base.is_negative() ? *base.negate() : base;
  double estimate = power_estimate(ln_base, exponent, logarithm_weight(magnitude));
  if (estimate > kExponentMax) return std::nullopt;
  int weight = static_cast<int>(std::max(estimate, -2 * kExponentMax) * kLog10OfE);
  int scale = bounded_scale(std::max({kSignificantDigitsMin - weight, base.scale(), exponent.scale()}));
  std::optional<Decimal> result = exponential_to_scale(ln_base * WideFloat(exponent), scale);
  bool negative = base.is_negative() && is_odd(exponent.normalized());
  return result && negative ? result->negate() : result;
}

}  // namespace

std::optional<Decimal> square_root(const Decimal& value) {
  // PostgreSQL's estimate of the root's weight, from the weight in base 10000.
  int weight = value.is_zero() ? 0 : weight_in_base_10000(highest_digit(value));
  int digits_before = (weight + 1) * 4 / 2 - 1;
  int scale = bounded_scale(std::max(kSignificantDigitsMin - digits_before, value.scale()));
  int shift = 2 * scale - value.scale();  // never negative
  Uint128 magnitude = magnitude_of(value);
  int second = std::min(shift, Decimal::kDigitsMax);
  if (!multiply_by_power(magnitude, shift - second, &magnitude)) return std::nullopt;
  Uint128 root = rounded_root(multiply_wide(magnitude, kPowersOfTen[static_cast<size_t>(second)]));
  if (root >= kCoefficientEnd) return std::nullopt;
  return Decimal(static_cast<Int128>(root), scale);
}

std::optional<Decimal> exponential(const Decimal& value) {
  double weight = std::clamp(value.to_double() * kLog10OfE, -2000.0, 2000.0);
  int scale = bounded_scale(std::max(kSignificantDigitsMin - static_cast<int>(weight), value.scale()));
  return exponential_to_scale(WideFloat(value), scale);
}

std::optional<Decimal> logarithm(const Decimal& value) {
  int scale = bounded_scale(std::max(kSignificantDigitsMin - logarithm_weight(value), value.scale()));
  return rounded(logarithm(WideFloat(value)), scale);
}

std::optional<Decimal> logarithm(const Decimal& base, const Decimal& value) {
  int weight = logarithm_weight(value) - logarithm_weight(base);
  int scale = bounded_scale(std::max({kSignificantDigitsMin - weight, base.scale(), value.scale()}));
  return rounded(logarithm(WideFloat(value)) / logarithm(WideFloat(base)), scale);
}

std::optional<Decimal> power(const Decimal& base, const Decimal& exponent) {
  Decimal normal = exponent.normalized();
  if (normal.scale() == 0) {
    std::optional<int64_t> whole = normal.to_int64();
    if (whole && *whole >= std::numeric_limits<int32_t>::min() &&
        *whole <= std::numeric_limits<int32_t>::max()) {
      return whole_power(base, static_cast<int32_t>(*whole));
    }
  }
  if (base.is_zero()) return Decimal(0, kSignificantDigitsMin);
  return fractional_power(base, exponent);
}

}  // namespace pactolus

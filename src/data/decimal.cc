#include "data/decimal.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "data/decimal_digits.h"
#include "data/division_scale.h"

namespace pactolus {
namespace {

/// Adds to a sign-and-magnitude number; false if the magnitude needs more than 128 bits.
bool add_signed(bool& negative, Uint128& magnitude, bool other_negative, Uint128 other) {
  if (negative == other_negative) return !__builtin_add_overflow(magnitude, other, &magnitude);
  if (magnitude >= other) {
    magnitude -= other;
  } else {
    magnitude = other - magnitude;
    negative = other_negative;
  }
  return true;
}

/// coefficient * 10^exponent, if that has at most 38 digits.
inline bool raise(Int128& coefficient, int exponent) {
  if (exponent > Decimal::kDigitsMax) return false;
  const auto end = static_cast<Int128>(kPowersOfTen[static_cast<size_t>(Decimal::kDigitsMax - exponent)]);
  if (coefficient >= end || coefficient <= -end) return false;
  coefficient *= static_cast<Int128>(kPowersOfTen[static_cast<size_t>(exponent)]);
  return true;
}

/// Half away from zero.
Uint128 rounded(Quotient division, Uint128 divisor) {
  bool up = division.remainder >= divisor - division.remainder;
  return division.quotient + (up ? 1 : 0);
}

/// (value * 10^exponent) mod divisor, for any exponent.
Uint128 shifted_remainder(Uint128 value, int exponent, Uint128 divisor) {
  value %= divisor;
  while (exponent > 0 && value != 0) {
    int step = std::min(exponent, Decimal::kDigitsMax);
    value = divide_wide(multiply_wide(value, kPowersOfTen[static_cast<size_t>(step)]), divisor).remainder;
    exponent -= step;
  }
  return value;
}

bool take(const std::optional<Decimal>& result, Decimal& out) {
  if (result) out = *result;
  return result.has_value();
}

}  // namespace

Decimal::Decimal(Int128 coefficient, int scale) : Decimal(coefficient, scale, Checked{}) {
  PACTOLUS_CHECK(coefficient < kEnd && coefficient > -kEnd);
  PACTOLUS_CHECK(scale >= 0 && scale <= kScaleMax);
}

Decimal Decimal::from_int64(int64_t value) { return Decimal{value, 0}; }

std::optional<Decimal> Decimal::checked(bool negative, Uint128 magnitude, int scale) {
  if (magnitude >= kCoefficientEnd || scale > kScaleMax) return std::nullopt;
  Uint128 bits = negative ? 0 - magnitude : magnitude;
  return Decimal(static_cast<Int128>(bits), scale, Checked{});
}

bool Decimal::add_aligned(const Decimal& a, const Decimal& b, Decimal& sum) {
  bool negative = a.is_negative();
  Uint128 left = magnitude_of(a);
  Uint128 right = magnitude_of(b);
  int scale = a.scale_;
  // Operands that need more than 128 bits at the common scale can't be cancelled below 10^38 by the other
  // one.
  if (a.scale_ < b.scale_) {
    if (!multiply_by_power(left, b.scale_ - a.scale_, &left)) return false;
    scale = b.scale_;
  } else if (a.scale_ > b.scale_) {
    if (!multiply_by_power(right, a.scale_ - b.scale_, &right)) return false;
  }
  return add_signed(negative, left, b.is_negative(), right) && take(checked(negative, left, scale), sum);
}

bool Decimal::multiply_long(const Decimal& a, const Decimal& b, Decimal& product) {
  Uint128 magnitude = 0;
  if (__builtin_mul_overflow(magnitude_of(a), magnitude_of(b), &magnitude)) return false;
  return take(checked(a.is_negative() != b.is_negative(), magnitude, a.scale_ + b.scale_), product);
}

std::optional<Decimal> Decimal::divide(const Decimal& a, const Decimal& b) {
  PACTOLUS_CHECK(!b.is_zero());
  Uint128 dividend = magnitude_of(a);
  Uint128 divisor = magnitude_of(b);
  int scale = division_scale(leading_digit(dividend, a.scale()), leading_digit(divisor, b.scale()),
                             std::max(a.scale(), b.scale()));
  if (dividend == 0) return Decimal{0, scale};
  int exponent = scale - a.scale_ + b.scale_;  // never negative: the scale is at least a's
  // 10^76 divided by less than 10^38 has more than 38 digits; below, the dividend fits 256 bits.
  if (digit_count(dividend) + exponent > 2 * kDigitsMax) return std::nullopt;
  int second = std::min(exponent, kDigitsMax);
  multiply_by_power(dividend, exponent - second, &dividend);
  Uint256 wide = multiply_wide(dividend, kPowersOfTen[static_cast<size_t>(second)]);
  if (wide.high >= divisor) return std::nullopt;
  return checked(a.is_negative() != b.is_negative(), rounded(divide_wide(wide, divisor), divisor), scale);
}

std::optional<Decimal> Decimal::divide_whole(const Decimal& a, const Decimal& b) {
  PACTOLUS_CHECK(!b.is_zero());
  Uint128 dividend = magnitude_of(a);
  Uint128 divisor = magnitude_of(b);
  bool negative = a.is_negative() != b.is_negative();
  if (a.scale_ >= b.scale_) {
    // A divisor that leaves 128 bits at the common scale is larger than the dividend.
    bool larger = !multiply_by_power(divisor, a.scale_ - b.scale_, &divisor);
    return checked(negative, larger ? 0 : dividend / divisor, 0);
  }
  int exponent = b.scale_ - a.scale_;
  int second = std::min(exponent, kDigitsMax);
  if (!multiply_by_power(dividend, exponent - second, &dividend)) return std::nullopt;
  Uint256 wide = multiply_wide(dividend, kPowersOfTen[static_cast<size_t>(second)]);
  if (wide.high >= divisor) return std::nullopt;
  return checked(negative, divide_wide(wide, divisor).quotient, 0);
}

std::optional<Decimal> Decimal::modulo(const Decimal& a, const Decimal& b) {
  PACTOLUS_CHECK(!b.is_zero());
  Uint128 dividend = magnitude_of(a);
  Uint128 divisor = magnitude_of(b);
  if (a.scale_ <= b.scale_) {
    Uint128 rest = shifted_remainder(dividend, b.scale_ - a.scale_, divisor);
    return checked(a.is_negative(), rest, b.scale_);
  }
  // A divisor that leaves 128 bits at the common scale is larger than the dividend.
  bool larger = !multiply_by_power(divisor, a.scale_ - b.scale_, &divisor);
  return checked(a.is_negative(), larger ? dividend : dividend % divisor, a.scale_);
}

std::optional<Decimal> Decimal::negate() const {
  return checked(!is_negative(), magnitude_of(*this), scale_);
}

std::optional<Decimal> Decimal::round(int scale) const {
  if (scale >= scale_) return truncate(scale);
  int drop = scale_ - std::max(scale, -kScaleMax);
  if (drop > kDigitsMax) return Decimal{0, std::max(scale, 0)};
  Quotient division = divide_by_power(magnitude_of(*this), drop);
  Uint128 magnitude = rounded(division, kPowersOfTen[static_cast<size_t>(drop)]);
  if (scale < 0 && !multiply_by_power(magnitude, -scale, &magnitude)) return std::nullopt;
  return checked(is_negative(), magnitude, std::max(scale, 0));
}

std::optional<Decimal> Decimal::truncate(int scale) const {
  Uint128 magnitude = magnitude_of(*this);
  if (scale >= scale_) {
    if (scale > kScaleMax || !multiply_by_power(magnitude, scale - scale_, &magnitude)) return std::nullopt;
    return checked(is_negative(), magnitude, scale);
  }
  int drop = scale_ - std::max(scale, -kScaleMax);
  magnitude = drop > kDigitsMax ? 0 : divide_by_power(magnitude, drop).quotient;
  if (scale < 0 && !multiply_by_power(magnitude, -scale, &magnitude)) return std::nullopt;
  return checked(is_negative(), magnitude, std::max(scale, 0));
}

bool Decimal::fits(int precision, int scale) const {
  Uint128 magnitude = magnitude_of(*this);
  if (scale_ > scale) {
    int drop = scale_ - scale;
    if (drop > kDigitsMax) return magnitude == 0;
    Quotient division = divide_by_power(magnitude, drop);
    if (division.remainder != 0) return false;
    magnitude = division.quotient;
  } else if (!multiply_by_power(magnitude, scale - scale_, &magnitude)) {
    return false;
  }
  return magnitude < kPowersOfTen[static_cast<size_t>(precision)];
}

std::optional<int64_t> Decimal::to_int64() const {
  Int128 value = round(0)->coefficient();  // dropping digits never leaves the range
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

std::strong_ordering Decimal::compare_aligned(const Decimal& a, const Decimal& b) {
  Int128 left_whole = a.coefficient();
  Int128 right_whole = b.coefficient();
  const bool raised =
      a.scale_ < b.scale_ ? raise(left_whole, b.scale_ - a.scale_) : raise(right_whole, a.scale_ - b.scale_);
  if (raised) return left_whole <=> right_whole;
  if (a.is_negative() != b.is_negative()) return b.is_negative() <=> a.is_negative();
  Uint128 left = magnitude_of(a);
  Uint128 right = magnitude_of(b);
  std::strong_ordering order = std::strong_ordering::equal;
  if (a.scale_ < b.scale_) {
    bool fits = multiply_by_power(left, b.scale_ - a.scale_, &left);
    order = fits ? left <=> right : std::strong_ordering::greater;
  } else {
    bool fits = multiply_by_power(right, a.scale_ - b.scale_, &right);
    order = fits ? left <=> right : std::strong_ordering::less;
  }
  return a.is_negative() ? 0 <=> order : order;
}

Decimal Decimal::normalized() const {
  Uint128 magnitude = magnitude_of(*this);
  int scale = magnitude == 0 ? 0 : scale_;
  while (scale > 0) {
    Quotient tenth = divide_by_power(magnitude, 1);
    if (tenth.remainder != 0) break;
    magnitude = tenth.quotient;
    --scale;
  }
  return *checked(is_negative(), magnitude, scale);
}

}  // namespace pactolus

#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "data/decimal.h"

namespace pactolus {

/// Powers of ten up to 10^38, the largest that fits.
inline constexpr auto kPowersOfTen = [] {
  std::array<Uint128, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// Coefficients stay below this: 38 digits.
inline constexpr Uint128 kCoefficientEnd = kPowersOfTen[Decimal::kDigitsMax];

constexpr Uint128 magnitude_of(Int128 value) {
  auto bits = static_cast<Uint128>(value);
  return value < 0 ? 0 - bits : bits;
}

inline Uint128 magnitude_of(const Decimal& d) { return magnitude_of(d.coefficient()); }

constexpr bool fits_64_bits(Uint128 v) { return (v >> 64) == 0; }

constexpr int bit_length(Uint128 v) {
  auto high = static_cast<uint64_t>(v >> 64);
  if (high != 0) return 64 + static_cast<int>(std::bit_width(high));
  return static_cast<int>(std::bit_width(static_cast<uint64_t>(v)));
}

/// Number of decimal digits; 0 has none. For v < 10^38.
constexpr int digit_count(Uint128 v) {
  int estimate = bit_length(v) * 1233 >> 12;  // bits * log10(2), never more than the count
  return estimate + (v >= kPowersOfTen[static_cast<size_t>(estimate)] ? 1 : 0);
}

struct Quotient {
  Uint128 quotient;
  Uint128 remainder;
};

/// Divides by 10^exponent, 0 <= exponent <= 38; in 64 bits where that suffices, which is several times
/// faster.
inline Quotient divide_by_power(Uint128 v, int exponent) {
  Uint128 power = kPowersOfTen[static_cast<size_t>(exponent)];
  if (fits_64_bits(v)) {
    if (!fits_64_bits(power)) return {0, v};
    auto small = static_cast<uint64_t>(v);
    auto divisor = static_cast<uint64_t>(power);
    return {small / divisor, small % divisor};
  }
  return {v / power, v % power};
}

/// v * 10^exponent for any exponent >= 0; false if it needs more than 128 bits.
inline bool multiply_by_power(Uint128 v, int exponent, Uint128* product) {
  if (v == 0 || exponent == 0) {
    *product = v;
    return true;
  }
  if (exponent > Decimal::kDigitsMax) return false;
  Uint128 power = kPowersOfTen[static_cast<size_t>(exponent)];
  if (fits_64_bits(v) && fits_64_bits(power)) {
    *product = static_cast<Uint128>(static_cast<uint64_t>(v)) * static_cast<uint64_t>(power);
    return true;
  }
  return !__builtin_mul_overflow(v, power, product);
}

/// 256 bits, for the intermediate results of multiplication and division.
struct Uint256 {
  Uint128 high = 0;
  Uint128 low = 0;
};

inline Uint256 multiply_wide(Uint128 a, Uint128 b) {
  auto a0 = static_cast<uint64_t>(a), a1 = static_cast<uint64_t>(a >> 64);
  auto b0 = static_cast<uint64_t>(b), b1 = static_cast<uint64_t>(b >> 64);
  Uint128 p00 = static_cast<Uint128>(a0) * b0;
  Uint128 p01 = static_cast<Uint128>(a0) * b1;
  Uint128 p10 = static_cast<Uint128>(a1) * b0;
  Uint128 p11 = static_cast<Uint128>(a1) * b1;
  Uint128 middle = (p00 >> 64) + static_cast<uint64_t>(p01) + static_cast<uint64_t>(p10);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), (middle << 64) | static_cast<uint64_t>(p00)};
}

/// Long division with 64-bit digits (Knuth's algorithm D for 4 by 2 digits). Needs dividend.high < divisor.
Quotient divide_wide(Uint256 dividend, Uint128 divisor);

/// The square root, rounded to the nearest whole number; for square < 2^255.
Uint128 rounded_root(Uint256 square);

}  // namespace pactolus

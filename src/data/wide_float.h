#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "data/decimal.h"

namespace pactolus {

/// A binary number of 320 bits (96 decimal digits) with a 64-bit exponent, for the intermediate results of
/// numeric functions. Operations cut what lies beyond: whatever fits is exact. Never overflows in what it is
/// used for.
class WideFloat {
  static constexpr size_t kLimbs = 5;

 public:
  static constexpr int kBits = 64 * kLimbs;

  WideFloat() = default;  // zero
  explicit WideFloat(Uint128 value, bool negative = false);
  explicit WideFloat(const Decimal& value);
  /// 10^exponent.
  static WideFloat power_of_ten(int64_t exponent);

  bool is_zero() const { return limbs_.back() == 0; }
  bool is_negative() const { return negative_; }
  WideFloat negated() const;
  WideFloat magnitude() const;

  friend WideFloat operator+(const WideFloat& a, const WideFloat& b);
  friend WideFloat operator-(const WideFloat& a, const WideFloat& b) { return a + b.negated(); }
  friend WideFloat operator*(const WideFloat& a, const WideFloat& b);
  /// b is not zero.
  friend WideFloat operator/(const WideFloat& a, const WideFloat& b);
  WideFloat divided_by(uint64_t divisor) const;
  WideFloat times_power_of_two(int64_t exponent) const;
  /// For exponent >= 0.
  WideFloat raised_to(uint64_t exponent) const;

  /// The magnitude as a whole number, half away from zero; none beyond 127 bits.
  std::optional<Uint128> rounded() const;
  /// The nearest double; no more than a bit wrong where that is subnormal.
  double to_double() const;
  /// The exponent of the highest bit: 2^n <= magnitude < 2^(n+1). Not for zero.
  int64_t highest_bit() const { return exponent_ + kBits - 1; }

 private:
  using Limbs = std::array<uint64_t, kLimbs>;  // the lowest first

  static bool less(const Limbs& a, const Limbs& b);
  static void shift_right(Limbs& limbs, int64_t bits);
  /// Makes the highest bit 1.
  void normalize();
  void add_magnitude(const WideFloat& other);
  /// `other` is not larger.
  void subtract_magnitude(const WideFloat& other);

  Limbs limbs_{};  // times 2^exponent_; the highest bit is 1, or all are 0
  int64_t exponent_ = 0;
  bool negative_ = false;
};

/// e^x, for |x| < 2^31.
WideFloat exponential(const WideFloat& x);
/// The natural logarithm of x > 0. As many digits near 1 as elsewhere, as far as x itself has them.
WideFloat logarithm(const WideFloat& x);

}  // namespace pactolus

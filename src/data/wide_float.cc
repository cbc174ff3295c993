#include "data/wide_float.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "data/decimal_digits.h"

namespace pactolus {

WideFloat::WideFloat(Uint128 value, bool negative) : negative_(negative && value != 0) {
  limbs_[0] = static_cast<uint64_t>(value);
  limbs_[1] = static_cast<uint64_t>(value >> 64);
  normalize();
}

WideFloat::WideFloat(const Decimal& value) : WideFloat(magnitude_of(value), value.is_negative()) {
  if (value.scale() > 0) *this = *this / power_of_ten(value.scale());
}

WideFloat WideFloat::power_of_ten(int64_t exponent) {
  WideFloat power = WideFloat(10).raised_to(static_cast<uint64_t>(std::abs(exponent)));
  return exponent < 0 ? WideFloat(1) / power : power;
}

WideFloat WideFloat::negated() const {
  WideFloat result = *this;
  result.negative_ = !negative_ && !is_zero();
  return result;
}

WideFloat WideFloat::magnitude() const { return negative_ ? negated() : *this; }

bool WideFloat::less(const Limbs& a, const Limbs& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

void WideFloat::shift_right(Limbs& limbs, int64_t bits) {
  auto whole = static_cast<size_t>(bits / 64);
  int rest = static_cast<int>(bits % 64);
  for (size_t i = 0; i < kLimbs; ++i) {
    uint64_t low = i + whole < kLimbs ? limbs[i + whole] : 0;
    uint64_t high = i + whole + 1 < kLimbs ? limbs[i + whole + 1] : 0;
    limbs[i] = rest == 0 ? low : (low >> rest | high << (64 - rest));
  }
}

void WideFloat::normalize() {
  size_t used = kLimbs;
  while (used > 0 && limbs_[used - 1] == 0) --used;
  if (used == 0) {
    *this = WideFloat{};
    return;
  }
  size_t whole = kLimbs - used;
  int rest = std::countl_zero(limbs_[used - 1]);
  for (size_t i = kLimbs; i-- > 0;) {
    uint64_t high = i >= whole ? limbs_[i - whole] : 0;
    uint64_t low = i >= whole + 1 ? limbs_[i - whole - 1] : 0;
    limbs_[i] = rest == 0 ? high : (high << rest | low >> (64 - rest));
  }
  exponent_ -= static_cast<int64_t>(64 * whole) + rest;
}

void WideFloat::add_magnitude(const WideFloat& other) {
  Limbs right = other.limbs_;
  shift_right(right, std::min<int64_t>(exponent_ - other.exponent_, kBits));
  uint64_t carry = 0;
  for (size_t i = 0; i < kLimbs; ++i) {
    Uint128 sum = static_cast<Uint128>(limbs_[i]) + right[i] + carry;
    limbs_[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  if (carry == 0) return;
  shift_right(limbs_, 1);
  limbs_.back() |= uint64_t{1} << 63;
  ++exponent_;
}

void WideFloat::subtract_magnitude(const WideFloat& other) {
  Limbs right = other.limbs_;
  shift_right(right, std::min<int64_t>(exponent_ - other.exponent_, kBits));
  uint64_t borrow = 0;
  for (size_t i = 0; i < kLimbs; ++i) {
    Uint128 difference = static_cast<Uint128>(limbs_[i]) - right[i] - borrow;
    limbs_[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
  normalize();
}

WideFloat operator+(const WideFloat& a, const WideFloat& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  bool smaller = a.exponent_ != b.exponent_ ? a.exponent_ < b.exponent_ : WideFloat::less(a.limbs_, b.limbs_);
  WideFloat result = smaller ? b : a;
  const WideFloat& other = smaller ? a : b;
  if (a.negative_ == b.negative_) {
    result.add_magnitude(other);
  } else {
    result.subtract_magnitude(other);
  }
  return result;
}

WideFloat operator*(const WideFloat& a, const WideFloat& b) {
  if (a.is_zero() || b.is_zero()) return {};
  constexpr size_t kLimbs = WideFloat::kLimbs;
  std::array<uint64_t, 2 * kLimbs> product{};
  for (size_t i = 0; i < kLimbs; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < kLimbs; ++j) {
      Uint128 sum = static_cast<Uint128>(a.limbs_[i]) * b.limbs_[j] + product[i + j] + carry;
      product[i + j] = static_cast<uint64_t>(sum);
      carry = static_cast<uint64_t>(sum >> 64);
    }
    product[i + kLimbs] = carry;
  }
  // The product of two normalised numbers lacks at most one bit.
  bool lacks_bit = product.back() >> 63 == 0;
  WideFloat result;
  for (size_t i = 0; i < kLimbs; ++i) {
    uint64_t high = product[kLimbs + i];
    result.limbs_[i] = lacks_bit ? (high << 1 | product[kLimbs + i - 1] >> 63) : high;
  }
  result.exponent_ = a.exponent_ + b.exponent_ + WideFloat::kBits - (lacks_bit ? 1 : 0);
  result.negative_ = a.negative_ != b.negative_;
  return result;
}

WideFloat operator/(const WideFloat& a, const WideFloat& b) {
  PACTOLUS_CHECK(!b.is_zero());
  if (a.is_zero()) return {};
  // Long division in base 2: both mantissas are normalised, so the first quotient bit or the second is 1.
  WideFloat rest = a.magnitude();
  WideFloat divisor = b.magnitude();
  divisor.exponent_ = rest.exponent_ = 0;
  WideFloat result;
  int64_t shift = WideFloat::less(rest.limbs_, divisor.limbs_) ? 1 : 0;
  bool carried = false;  // the rest's bit above its limbs
  auto double_rest = [&] {
    carried = rest.limbs_.back() >> 63 != 0;
    for (size_t i = WideFloat::kLimbs; i-- > 1;)
      rest.limbs_[i] = rest.limbs_[i] << 1 | rest.limbs_[i - 1] >> 63;
    rest.limbs_[0] <<= 1;
  };
  if (shift == 1) double_rest();
  for (int bit = WideFloat::kBits - 1; bit >= 0; --bit) {
    if (carried || !WideFloat::less(rest.limbs_, divisor.limbs_)) {
      uint64_t borrow = 0;
      for (size_t i = 0; i < WideFloat::kLimbs; ++i) {
        Uint128 difference = static_cast<Uint128>(rest.limbs_[i]) - divisor.limbs_[i] - borrow;
        rest.limbs_[i] = static_cast<uint64_t>(difference);
        borrow = static_cast<uint64_t>(difference >> 64) & 1;
      }
      result.limbs_[static_cast<size_t>(bit / 64)] |= uint64_t{1} << (bit % 64);
    }
    double_rest();
  }
  result.exponent_ = a.exponent_ - b.exponent_ - (WideFloat::kBits - 1) - shift;
  result.negative_ = a.negative_ != b.negative_;
  return result;
}

WideFloat WideFloat::divided_by(uint64_t divisor) const {
  WideFloat result = *this;
  uint64_t rest = 0;
  for (size_t i = kLimbs; i-- > 0;) {
    Uint128 digit = static_cast<Uint128>(rest) << 64 | limbs_[i];
    auto quotient = static_cast<uint64_t>(digit / divisor);
    result.limbs_[i] = quotient;
    rest = static_cast<uint64_t>(digit) - quotient * divisor;
  }
  result.normalize();
  return result;
}

WideFloat WideFloat::times_power_of_two(int64_t exponent) const {
  WideFloat result = *this;
  if (!is_zero()) result.exponent_ += exponent;
  return result;
}

WideFloat WideFloat::raised_to(uint64_t exponent) const {
  WideFloat result(1);
  WideFloat square = *this;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = result * square;
    if (exponent > 1) square = square * square;
  }
  return result;
}

std::optional<Uint128> WideFloat::rounded() const {
  if (is_zero()) return 0;
  int64_t bits = highest_bit();
  if (bits >= 127) return std::nullopt;
  if (bits < -1) return 0;
  Limbs shifted = limbs_;
  shift_right(shifted, -exponent_ - 1);  // one bit behind the point is left
  Uint128 doubled = static_cast<Uint128>(shifted[1]) << 64 | shifted[0];
  return (doubled >> 1) + (doubled & 1);
}

double WideFloat::to_double() const {
  if (is_zero()) return 0;
  uint64_t top = limbs_.back();
  bool below = std::any_of(limbs_.begin(), limbs_.end() - 1, [](uint64_t limb) { return limb != 0; });
  top |= below ? 1 : 0;  // so that 64 bits round as all of them would
  int64_t exponent = std::clamp<int64_t>(exponent_ + kBits - 64, -100'000, 100'000);
  double value = std::ldexp(static_cast<double>(top), static_cast<int>(exponent));
  return negative_ ? -value : value;
}

namespace {

/// 2 artanh(y) = 2 (y + y³/3 + y⁵/5 + …) = ln((1 + y) / (1 - y)).
WideFloat twice_artanh(const WideFloat& y) {
  if (y.is_zero()) return {};
  WideFloat square = y * y;
  WideFloat power = y;
  WideFloat sum = y;
  for (uint64_t n = 3; power.highest_bit() > sum.highest_bit() - WideFloat::kBits; n += 2) {
    power = power * square;
    sum = sum + power.divided_by(n);
  }
  return sum.times_power_of_two(1);
}

const WideFloat& ln_2() {
  static const WideFloat value = twice_artanh(WideFloat(1).divided_by(3));
  return value;
}

}  // namespace

WideFloat exponential(const WideFloat& x) {
  if (x.is_zero()) return WideFloat(1);
  // e^x = 2^k e^r with |r| <= ln 2, and e^r = (e^(r / 2^8))^(2^8), where the series is short.
  constexpr int kHalvings = 8;
  auto k = static_cast<int64_t>(x.to_double() / ln_2().to_double());
  WideFloat whole(static_cast<Uint128>(std::abs(k)), k < 0);
  WideFloat r = (x - whole * ln_2()).times_power_of_two(-kHalvings);
  WideFloat term(1);
  WideFloat sum(1);
  for (uint64_t n = 1; !term.is_zero() && term.highest_bit() > -WideFloat::kBits; ++n) {
    term = (term * r).divided_by(n);
    sum = sum + term;
  }
  for (int i = 0; i < kHalvings; ++i) sum = sum * sum;
  return sum.times_power_of_two(k);
}

WideFloat logarithm(const WideFloat& x) {
  PACTOLUS_CHECK(!x.is_zero() && !x.is_negative());
  // x = 2^k m with m in [3/4, 3/2), so that nothing cancels near 1; ln m = 2 artanh((m - 1) / (m + 1)).
  int64_t k = x.highest_bit();
  WideFloat m = x.times_power_of_two(-k);
  if (!(m - WideFloat(3).times_power_of_two(-1)).is_negative()) {
    m = m.times_power_of_two(-1);
    ++k;
  }
  WideFloat ln_m = twice_artanh((m - WideFloat(1)) / (m + WideFloat(1)));
  return ln_m + WideFloat(static_cast<Uint128>(std::abs(k)), k < 0) * ln_2();
}

}  // namespace pactolus

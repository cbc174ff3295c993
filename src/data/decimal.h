#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

/// An exact decimal number, coefficient / 10^scale, as PostgreSQL's numeric but with at most 38 digits. The
/// scale is what is displayed (1.50 has scale 2); equality, order and hashes ignore it. Never made from or
/// through a double, except by the conversions that say so. Every operation that could leave the 38 digits
/// gives std::nullopt instead: the caller reports SQLSTATE 22003.
class Decimal {
 public:
  static constexpr int kDigitsMax = 38;
  static constexpr int kScaleMax = 1000;

  constexpr Decimal() = default;
  /// |coefficient| < 10^38 and 0 <= scale <= kScaleMax, checked.
  Decimal(Int128 coefficient, int scale);
  static Decimal from_int64(int64_t value);

  Int128 coefficient() const { return static_cast<Int128>((static_cast<Uint128>(high_) << 64) | low_); }
  int scale() const { return scale_; }
  bool is_zero() const { return high_ == 0 && low_ == 0; }
  bool is_negative() const { return high_ < 0; }

  /// Reads PostgreSQL's input syntax for finite numbers: sign, digits, point, exponent. The scale is the
  /// number of digits after the point (after applying the exponent). Malformed: kSyntax; too large: kRange.
  enum class ParseError : uint8_t { kSyntax, kRange };
  static std::optional<Decimal> parse(std::string_view text, ParseError* error = nullptr);
  std::string to_string() const;
  /// Appends what to_string gives; at most 1 + 40 + kScaleMax characters.
  void append_to(std::string& out) const;

  // PostgreSQL's result scales: add and subtract max(s1, s2), multiply s1 + s2, divide select_div_scale.
  static std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
    Decimal sum;
    return add(a, b, sum) ? std::optional(sum) : std::nullopt;
  }
  static std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
    Decimal difference;
    return subtract(a, b, difference) ? std::optional(difference) : std::nullopt;
  }
  static std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
    Decimal product;
    return multiply(a, b, product) ? std::optional(product) : std::nullopt;
  }
  // The same for many numbers. The result goes where it belongs, which is not an operand's place, and is not
  // copied right after its parts were written: processors wait for that. False: there is none, and what is
  // there now means nothing. What stands here is for nearly all numbers, and too short for a call; the
  // others' longer way decides exactly.
  [[gnu::always_inline]] static bool add(const Decimal& a, const Decimal& b, Decimal& sum) {
    if (a.scale_ == b.scale_) return sum_fits(a, b, a.scale_, sum) || add_aligned(a, b, sum);
    const Decimal& fine = a.scale_ > b.scale_ ? a : b;
    const Decimal& coarse = a.scale_ > b.scale_ ? b : a;
    const int exponent = fine.scale_ - coarse.scale_;
    if (exponent >= kShortPowers) return add_aligned(a, b, sum);
    const int64_t power = kShortPowersOfTen[static_cast<size_t>(exponent)];
    Decimal raised;
    return (product_fits(coarse, power, fine.scale_, raised) && sum_fits(raised, fine, fine.scale_, sum)) ||
           add_aligned(a, b, sum);
  }
  static bool subtract(const Decimal& a, const Decimal& b, Decimal& difference) {
    return add(a, Decimal(-b.coefficient(), b.scale_, Checked{}), difference);
  }
  [[gnu::always_inline]] static bool multiply(const Decimal& a, const Decimal& b, Decimal& product) {
    const int scale = a.scale_ + b.scale_;
    const bool narrow_b = b.fits_64_bits();
    const Decimal& wide = narrow_b ? a : b;
    const Decimal& narrow = narrow_b ? b : a;
    return (narrow.fits_64_bits() && scale <= kScaleMax &&
            product_fits(wide, static_cast<int64_t>(narrow.low_), scale, product)) ||
           multiply_long(a, b, product);
  }
  /// b must not be zero (the caller reports 22012).
  static std::optional<Decimal> divide(const Decimal& a, const Decimal& b);
  /// trunc(a/b), with scale 0; b must not be zero.
  static std::optional<Decimal> divide_whole(const Decimal& a, const Decimal& b);
  /// a - trunc(a/b)*b; b must not be zero.
  static std::optional<Decimal> modulo(const Decimal& a, const Decimal& b);
  std::optional<Decimal> negate() const;

  /// To `scale` digits after the point (negative: before it), half away from zero, as PostgreSQL's
  /// round(numeric, int).
  std::optional<Decimal> round(int scale) const;
  /// Same, cutting digits off: PostgreSQL's trunc(numeric, int).
  std::optional<Decimal> truncate(int scale) const;
  /// True if the value has at most `precision` digits in all, `scale` of them after the point.
  bool fits(int precision, int scale) const;

  /// Rounds half away from zero; none if outside int64.
  std::optional<int64_t> to_int64() const;
  /// The nearest double to the exact value.
  double to_double() const;
  /// PostgreSQL's float8 → numeric: the shortest of at most 15 significant digits (DBL_DIG). None for NaN,
  /// infinity and values beyond 38 digits.
  static std::optional<Decimal> from_double(double value);

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    return a.scale_ == b.scale_ ? a.coefficient() <=> b.coefficient() : compare_aligned(a, b);
  }
  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

  /// The same value with trailing zeroes after the point removed: equal values are then equal bit by bit.
  Decimal normalized() const;

 private:
  struct Checked {};
  static constexpr Int128 kEnd =
      static_cast<Int128>(10'000'000'000'000'000'000u) * 10'000'000'000'000'000'000u;

  static constexpr int kShortPowers = 19;  // of ten, below 2^63
  static constexpr auto kShortPowersOfTen = [] {
    std::array<int64_t, kShortPowers> powers{1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();

  constexpr Decimal(Int128 coefficient, int32_t scale, Checked)
      : low_(static_cast<uint64_t>(coefficient)),
        high_(static_cast<int64_t>(coefficient >> 64)),
        scale_(scale) {}
  /// None if |coefficient| >= 10^38 or the scale is out of bounds.
  static std::optional<Decimal> checked(bool negative, Uint128 magnitude, int scale);
  /// The coefficient is a signed 64-bit number.
  bool fits_64_bits() const { return high_ == static_cast<int64_t>(low_) >> 63; }

  // Below, coefficients are computed by halves: g++ keeps an Int128 in memory.

  void set(uint64_t low, int64_t high, int32_t scale) {
    low_ = low;
    high_ = high;
    scale_ = scale;
  }
  /// |coefficient| < 2^126, which is below 10^38, by its upper half alone: the two highest bits are equal.
  /// Right even of the sum of two numbers below 10^38 that wrapped around: it is not close to zero.
  static bool high_fits(int64_t high) {
    return static_cast<int64_t>(static_cast<uint64_t>(high) ^ static_cast<uint64_t>(high) << 1) >= 0;
  }
  /// The sum of the coefficients.
  static bool sum_fits(const Decimal& a, const Decimal& b, int32_t scale, Decimal& sum) {
    uint64_t low = 0;
    const bool carry = __builtin_add_overflow(a.low_, b.low_, &low);
    const auto high =
        static_cast<int64_t>(static_cast<uint64_t>(a.high_) + static_cast<uint64_t>(b.high_) + carry);
    sum.set(low, high, scale);
    return high_fits(high);
  }
  static bool product_fits(const Decimal& a, int64_t factor, int32_t scale, Decimal& product) {
    if (a.fits_64_bits()) {  // at most 2^126
      const Int128 whole = static_cast<Int128>(static_cast<int64_t>(a.low_)) * factor;
      product.set(static_cast<uint64_t>(whole), static_cast<int64_t>(whole >> 64), scale);
      return true;
    }
    const Uint128 lower = static_cast<Uint128>(a.low_) * static_cast<uint64_t>(factor);
    // The factor was taken as unsigned: a negative one is 2^64 less.
    const auto carry = static_cast<int64_t>(static_cast<uint64_t>(lower >> 64) - (factor < 0 ? a.low_ : 0));
    int64_t high = 0;
    if (__builtin_mul_overflow(a.high_, factor, &high) || __builtin_add_overflow(high, carry, &high))
      return false;
    product.set(static_cast<uint64_t>(lower), high, scale);
    return high_fits(high);
  }
  static bool add_aligned(const Decimal& a, const Decimal& b, Decimal& sum);
  static bool multiply_long(const Decimal& a, const Decimal& b, Decimal& product);
  static std::strong_ordering compare_aligned(const Decimal& a, const Decimal& b);

  // Two halves instead of an __int128, so that a Decimal is 24 bytes and not 32.
  uint64_t low_ = 0;
  int64_t high_ = 0;
  int32_t scale_ = 0;
};

}  // namespace pactolus

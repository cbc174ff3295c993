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
    // Sums of one scale are the hot path; those of two 38-digit numbers may leave even 128 bits.
    Int128 sum = 0;
    bool simple = a.scale_ == b.scale_ && !__builtin_add_overflow(a.coefficient(), b.coefficient(), &sum);
    if (simple && sum < kEnd && sum > -kEnd) return Decimal(sum, a.scale_, Checked{});
    const Decimal& fine = a.scale_ > b.scale_ ? a : b;
    const Decimal& coarse = a.scale_ > b.scale_ ? b : a;
    const int exponent = fine.scale_ - coarse.scale_;
    if (exponent < kShortPowers && fine.fits_64_bits() && coarse.fits_64_bits()) {
      // At most 2^63 * 10^18 + 2^63, which is below 10^38.
      sum = static_cast<Int128>(static_cast<int64_t>(coarse.low_)) *
                kShortPowersOfTen[static_cast<size_t>(exponent)] +
            static_cast<int64_t>(fine.low_);
      return Decimal(sum, fine.scale_, Checked{});
    }
    return add_aligned(a, b);
  }
  static std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
    Int128 rest = 0;
    bool simple = a.scale_ == b.scale_ && !__builtin_sub_overflow(a.coefficient(), b.coefficient(), &rest);
    if (simple && rest < kEnd && rest > -kEnd) return Decimal(rest, a.scale_, Checked{});
    return add(a, *b.negate());
  }
  static std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
    // The product of two 64-bit numbers is at most 2^126, which is below 10^38.
    if (a.fits_64_bits() && b.fits_64_bits() && a.scale_ + b.scale_ <= kScaleMax) {
      Int128 product = static_cast<Int128>(static_cast<int64_t>(a.low_)) * static_cast<int64_t>(b.low_);
      return Decimal(product, a.scale_ + b.scale_, Checked{});
    }
    return multiply_long(a, b);
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
  static std::optional<Decimal> add_aligned(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> multiply_long(const Decimal& a, const Decimal& b);
  static std::strong_ordering compare_aligned(const Decimal& a, const Decimal& b);

  // Two halves instead of an __int128, so that a Decimal is 24 bytes and not 32.
  uint64_t low_ = 0;
  int64_t high_ = 0;
  int32_t scale_ = 0;
};

}  // namespace pactolus

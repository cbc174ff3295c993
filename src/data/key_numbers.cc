#include "data/key_numbers.h"

#include <algorithm>
#include <array>
#include <limits>

#include "data/calendar.h"
#include "data/decimal_digits.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

enum Sign : uint8_t { kNegative = 1, kZero = 2, kPositive = 3 };

constexpr int kPairsMax = Decimal::kDigitsMax / 2;
constexpr int kExponentBias = 0x4000;  // keeps exponents positive
constexpr uint8_t kPairsEnd = 0;       // pairs are 1 to 100
constexpr Uint128 kIntervalSign = static_cast<Uint128>(1) << 127;

/// Pairs of digits of `digits` (an even number of them), the highest first; returns how many.
int split_pairs(Uint128 digits, std::array<uint8_t, kPairsMax>& pairs) {
  int count = digit_count(digits) / 2;
  for (int i = count; i-- > 0;) {
    Quotient hundredth = divide_by_power(digits, 2);
    pairs[static_cast<size_t>(i)] = static_cast<uint8_t>(hundredth.remainder);
    digits = hundredth.quotient;
  }
  return count;
}

Uint128 without_trailing_zeroes(Uint128 digits) {
  for (;;) {
    Quotient tenth = divide_by_power(digits, 1);
    if (tenth.remainder != 0) return digits;
    digits = tenth.quotient;
  }
}

/// The pairs as a number, and how many there were; 0: malformed.
int take_pairs(std::string_view& bytes, uint8_t inverted, Uint128& digits) {
  for (int count = 0; count <= kPairsMax && !bytes.empty(); ++count) {
    auto pair = static_cast<uint8_t>(static_cast<uint8_t>(bytes.front()) ^ inverted);
    bytes.remove_prefix(1);
    if (pair == kPairsEnd) return count;
    if (pair > 100 || count == kPairsMax) return 0;
    digits = digits * 100 + (pair - 1u);
  }
  return 0;
}

/// As much of `span` as fits T, in units; the rest stays.
template <class T>
T take_units(Int128& span, Int128 unit) {
  Int128 count =
      std::clamp<Int128>(span / unit, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  span -= count * unit;
  return static_cast<T>(count);
}

}  // namespace

void append_key_decimal(const Decimal& value, ByteAppender& out) {
  if (value.is_zero()) {
    out.push_back(kZero);
    return;
  }
  Uint128 magnitude = magnitude_of(value);
  int exponent = digit_count(magnitude) - value.scale();
  Uint128 digits = without_trailing_zeroes(magnitude);
  if (digit_count(digits) % 2 != 0) digits *= 10;
  std::array<uint8_t, kPairsMax> pairs;
  int count = split_pairs(digits, pairs);

  uint8_t inverted = value.is_negative() ? 0xFF : 0;
  auto biased = static_cast<uint16_t>(exponent + kExponentBias);
  out.push_back(value.is_negative() ? kNegative : kPositive);
  append_big_endian(static_cast<uint16_t>(inverted != 0 ? ~biased : biased), out);
  for (int i = 0; i < count; ++i) {
    out.push_back(static_cast<char>((pairs[static_cast<size_t>(i)] + 1) ^ inverted));
  }
  out.push_back(static_cast<char>(kPairsEnd ^ inverted));
}

std::optional<Decimal> take_key_decimal(std::string_view& bytes) {
  uint8_t sign = 0;
  if (!take_big_endian(bytes, sign)) return std::nullopt;
  if (sign == kZero) return Decimal{};
  uint16_t biased = 0;
  if ((sign != kNegative && sign != kPositive) || !take_big_endian(bytes, biased)) return std::nullopt;
  bool negative = sign == kNegative;
  if (negative) biased = static_cast<uint16_t>(~biased);
  Uint128 digits = 0;
  int pairs = take_pairs(bytes, negative ? 0xFF : 0, digits);
  int scale = 2 * pairs - (biased - kExponentBias);
  // One more than the largest scale: the second digit of the last pair may be a zero.
  if (pairs == 0 || digits == 0 || scale > Decimal::kScaleMax + 1) return std::nullopt;
  if (scale > 0 && digits % 10 == 0) {
    digits /= 10;
    --scale;
  }
  if (scale < 0) {
    if (!multiply_by_power(digits, -scale, &digits)) return std::nullopt;
    scale = 0;
  }
  if (digits >= kCoefficientEnd || scale > Decimal::kScaleMax) return std::nullopt;
  auto coefficient = static_cast<Int128>(digits);
  return Decimal{negative ? -coefficient : coefficient, scale};
}

void append_key_interval(const Interval& value, ByteAppender& out) {
  append_big_endian(static_cast<Uint128>(order_span(value)) ^ kIntervalSign, out);
}

std::optional<Interval> take_key_interval(std::string_view& bytes) {
  Uint128 bits = 0;
  if (!take_big_endian(bytes, bits)) return std::nullopt;
  auto span = static_cast<Int128>(bits ^ kIntervalSign);
  Interval value;
  value.months = take_units<int32_t>(span, static_cast<Int128>(kMicrosPerDay) * 30);
  value.days = take_units<int32_t>(span, kMicrosPerDay);
  value.micros = take_units<int64_t>(span, 1);
  if (span != 0) return std::nullopt;
  return value;
}

}  // namespace pactolus

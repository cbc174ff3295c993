// Decimal's conversions from and to text and double.
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "data/decimal.h"
#include "data/decimal_digits.h"

namespace pactolus {
namespace {

constexpr int kExponentBound = 100'000'000;  // beyond, any exponent is out of range anyway

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads the parts of a number one after another; `p` stands behind what was read.
struct Scanner {
  const char* p;
  const char* end;
  Uint128 coefficient = 0;
  int fraction_digits = 0;
  int exponent = 0;
  bool negative = false;
  bool too_large = false;

  bool at(char c) const { return p != end && *p == c; }

  void skip_space() {
    while (p != end && is_space(*p)) ++p;
  }

  bool sign() {
    bool minus = at('-');
    if (minus || at('+')) ++p;
    return minus;
  }

  /// Returns how many digits there were. The first 18 are gathered in 64 bits.
  int digits() {
    const char* start = p;
    uint64_t small = 0;
    const char* small_end = end - p > 18 ? p + 18 : end;
    if (coefficient == 0) {
      for (; p != small_end && is_digit(*p); ++p) small = small * 10 + static_cast<uint64_t>(*p - '0');
      coefficient = small;
    }
    for (; p != end && is_digit(*p); ++p) append_digit(*p - '0');
    return static_cast<int>(p - start);
  }

  void append_digit(int digit) {
    too_large = too_large || coefficient >= kPowersOfTen[Decimal::kDigitsMax - 1];
    if (!too_large) coefficient = coefficient * 10 + static_cast<unsigned>(digit);
  }

  /// Digits with at most one point; at least one digit.
  bool mantissa() {
    int count = digits();
    if (at('.')) {
      ++p;
      fraction_digits = digits();
      count += fraction_digits;
    }
    return count > 0;
  }

  bool optional_exponent() {
    if (!at('e') && !at('E')) return true;
    ++p;
    skip_space();  // PostgreSQL reads the exponent with strtol
    bool minus = sign();
    const char* start = p;
    for (; p != end && is_digit(*p); ++p) {
      if (exponent < kExponentBound) exponent = exponent * 10 + (*p - '0');
    }
    if (minus) exponent = -exponent;
    return p != start;
  }

  bool number() {
    skip_space();
    negative = sign();
    if (!mantissa() || !optional_exponent()) return false;
    skip_space();
    return p == end;
  }
};

/// The digits of v at `out`, at least `width` of them; returns the end.
char* write_digits(char* out, Uint128 v, int width) {
  constexpr int kChunk = 19;
  if (!fits_64_bits(v)) {
    Quotient halves = divide_by_power(v, kChunk);
    out = write_digits(out, halves.quotient, width - kChunk);
    v = halves.remainder;
    width = kChunk;
  }
  char buffer[20];
  char* digits_end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<uint64_t>(v)).ptr;
  auto count = digits_end - buffer;
  if (count < width) {
    std::memset(out, '0', static_cast<size_t>(width - count));
    out += width - count;
  }
  std::memcpy(out, buffer, static_cast<size_t>(count));
  return out + count;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text, ParseError* error) {
  Scanner scan{text.data(), text.data() + text.size()};
  ParseError ignored;
  ParseError& why = error != nullptr ? *error : ignored;
  why = ParseError::kSyntax;
  // The bound keeps the digit counts within an int.
  if (text.size() > static_cast<size_t>(kExponentBound) || !scan.number()) return std::nullopt;
  why = ParseError::kRange;
  if (scan.too_large) return std::nullopt;
  int scale = scan.fraction_digits - scan.exponent;
  if (scale < 0) {
    if (!multiply_by_power(scan.coefficient, -scale, &scan.coefficient)) return std::nullopt;
    scale = 0;
  }
  return checked(scan.negative, scan.coefficient, scale);
}

std::string Decimal::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

void Decimal::append_to(std::string& out) const {
  char digits[40];
  char* end = write_digits(digits, magnitude_of(*this), 1);
  auto count = static_cast<size_t>(end - digits);
  auto fraction = static_cast<size_t>(scale_);
  if (is_negative()) out.push_back('-');
  if (count > fraction) {
    out.append(digits, count - fraction);
    if (fraction > 0) out.append(1, '.').append(end - fraction, fraction);
  } else {
    out.append("0.").append(fraction - count, '0').append(digits, count);
  }
}

double Decimal::to_double() const {
  constexpr uint64_t kExactIntegers = uint64_t{1} << 53;
  constexpr int kExactPowers = 22;
  Uint128 magnitude = magnitude_of(*this);
  if (magnitude <= kExactIntegers && scale_ <= kExactPowers) {
    // Both are exact, so the quotient is rounded once.
    auto power = static_cast<double>(kPowersOfTen[static_cast<size_t>(scale_)]);
    double value = static_cast<double>(static_cast<uint64_t>(magnitude)) / power;
    return is_negative() ? -value : value;
  }
  std::string text = to_string();
  double value = 0;  // stays where the number is too small for a double
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Decimal> Decimal::from_double(double value) {
  constexpr int kDoubleDigits = 15;  // DBL_DIG, as PostgreSQL prints it before reading it back
  if (!std::isfinite(value)) return std::nullopt;
  char buffer[32];
  auto [end, status] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, kDoubleDigits);
  PACTOLUS_CHECK(status == std::errc{});
  return parse({buffer, static_cast<size_t>(end - buffer)});
}

}  // namespace pactolus

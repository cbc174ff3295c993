#include "data/text_format.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/nearest_name.h"
#include "data/decimal_digits.h"
#include "data/padding.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

/// Reads sign and digits between blanks.
template <class T>
TextResult<T> parse_whole(std::string_view text, std::string_view type) {
  std::string_view number = trim(text);
  if (number.starts_with('+')) {
    number.remove_prefix(1);
    if (number.starts_with('-')) return invalid_syntax("22P02", type, text);
  }
  T value = 0;
  const char* end = number.data() + number.size();
  auto [stop, status] = std::from_chars(number.data(), end, value);
  if (status == std::errc::result_out_of_range) {
    return TextError{"22003", quoted("value", text) + " is out of range for type " + std::string{type}};
  }
  if (status != std::errc{} || stop != end) return invalid_syntax("22P02", type, text);
  return value;
}

/// A float or a double.
template <class T>
TextResult<T> parse_float(std::string_view text, std::string_view type, T (*read)(const char*, char**)) {
  std::string_view trimmed = trim(text);
  T value = 0;
  const char* end = trimmed.data() + trimmed.size();
  auto [stop, status] = std::from_chars(trimmed.data(), end, value);
  if (stop == end && status == std::errc{}) return value;
  // The rest (a plus, hexadecimal, out of range) as PostgreSQL does it. The C locale is never changed.
  std::string number{trimmed};
  char* number_end = nullptr;
  errno = 0;
  value = read(number.c_str(), &number_end);
  if (number.empty() || number_end != number.c_str() + number.size())
    return invalid_syntax("22P02", type, text);
  if (errno == ERANGE && (value == 0 || std::isinf(value)))
    return TextError{"22003",
                     quoted("", number).substr(1) + " is out of range for type " + std::string{type}};
  return value;
}

/// The shortest digits of a finite positive number, d.ddd × 10^exponent.
struct ShortestDigits {
  std::array<char, 20> digits{};
  int count = 0;
  int exponent = 0;
};

ShortestDigits split_scientific(const char* text, const char* end) {
  ShortestDigits result;
  const char* p = text;
  for (; p != end && *p != 'e'; ++p) {
    if (*p != '.') result.digits[static_cast<size_t>(result.count++)] = *p;
  }
  ++p;
  if (*p == '+') ++p;
  std::from_chars(p, end, result.exponent);
  return result;
}

/// Whether a number d.ddd × 10^exponent that reads as a T lies just half way to the next one. Only then does
/// rounding to even decide how it reads.
template <class T>
bool is_tie(const ShortestDigits& shortest) {
  constexpr int kFivesMax = 23;  // a tie has at most 54 bits, and 5^24 has more
  int fives = shortest.exponent - (shortest.count - 1);
  if (fives < 0 || fives > kFivesMax) return false;
  Uint128 odd = 0;
  for (int i = 0; i < shortest.count; ++i) {
    odd = odd * 10 + static_cast<unsigned>(shortest.digits[static_cast<size_t>(i)] - '0');
  }
  for (int i = 0; i < fives; ++i) odd *= 5;
  while ((odd & 1) == 0) odd >>= 1;
  return bit_length(odd) == std::numeric_limits<T>::digits + 1;
}

template <class T>
ShortestDigits shortest_digits(T value) {
  char buffer[32];
  char* const limit = buffer + sizeof buffer;
  char* end = std::to_chars(buffer, limit, value, std::chars_format::scientific).ptr;
  ShortestDigits result = split_scientific(buffer, end);
  // PostgreSQL never prints a tie (1e23): it takes the shortest digits that any way of rounding reads back.
  for (int digits = result.count; is_tie<T>(result); ++digits) {
    end = std::to_chars(buffer, limit, value, std::chars_format::scientific, digits).ptr;
    T back = 0;
    std::from_chars(buffer, end, back);
    if (back == value) result = split_scientific(buffer, end);
  }
  return result;
}

void append_fixed(const ShortestDigits& shortest, std::string& out) {
  auto count = static_cast<size_t>(shortest.count);
  if (shortest.exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-shortest.exponent - 1), '0');
    out.append(shortest.digits.data(), count);
    return;
  }
  auto whole = static_cast<size_t>(shortest.exponent) + 1;
  if (count <= whole) {
    out.append(shortest.digits.data(), count).append(whole - count, '0');
  } else {
    out.append(shortest.digits.data(), whole).append(1, '.');
    out.append(shortest.digits.data() + whole, count - whole);
  }
}

void append_scientific(const ShortestDigits& shortest, std::string& out) {
  out.push_back(shortest.digits[0]);
  if (shortest.count > 1) {
    out.push_back('.');
    out.append(shortest.digits.data() + 1, static_cast<size_t>(shortest.count - 1));
  }
  out.append(shortest.exponent < 0 ? "e-" : "e+");
  append_padded(static_cast<uint64_t>(std::abs(shortest.exponent)), 2, out);
}

template <class T>
void append_float(T value, std::string& out) {
  constexpr int kFixedExponentMin = -4;
  constexpr int kFixedExponentEnd = std::numeric_limits<T>::digits10;
  if (std::isnan(value)) {
    out.append("NaN");
    return;
  }
  if (std::signbit(value)) out.push_back('-');
  if (std::isinf(value)) {
    out.append("Infinity");
  } else if (value == 0) {
    out.push_back('0');
  } else {
    ShortestDigits shortest = shortest_digits(std::abs(value));
    bool fixed = shortest.exponent >= kFixedExponentMin && shortest.exponent < kFixedExponentEnd;
    fixed ? append_fixed(shortest, out) : append_scientific(shortest, out);
  }
}

}  // namespace

TextResult<bool> parse_boolean(std::string_view text) {
  std::string word = lower_case(trim(text));
  auto abbreviates = [&](std::string_view full, size_t letters_min) {
    return word.size() >= letters_min && full.starts_with(word);
  };
  if (abbreviates("true", 1) || abbreviates("yes", 1) || word == "on" || word == "1") return true;
  if (abbreviates("false", 1) || abbreviates("no", 1) || abbreviates("off", 2) || word == "0") return false;
  return invalid_syntax("22P02", "boolean", text);
}

TextResult<int32_t> parse_smallint(std::string_view text) {
  return PACTOLUS_TRY(parse_whole<int16_t>(text, "smallint"));
}
TextResult<int32_t> parse_integer(std::string_view text) { return parse_whole<int32_t>(text, "integer"); }
TextResult<int64_t> parse_bigint(std::string_view text) { return parse_whole<int64_t>(text, "bigint"); }

TextResult<double> parse_real(std::string_view text) {
  return PACTOLUS_TRY(parse_float(text, "real", &std::strtof));
}
TextResult<double> parse_double(std::string_view text) {
  return parse_float(text, "double precision", &std::strtod);
}

TextResult<Decimal> parse_numeric(std::string_view text, Type type) {
  Decimal::ParseError error{};
  auto value = Decimal::parse(text, &error);
  if (!value && error == Decimal::ParseError::kSyntax) return invalid_syntax("22P02", "numeric", text);
  if (!value) return TextError{"22003", "value overflows numeric format"};
  if (type.precision == 0) return *value;
  auto rounded = value->round(type.scale);
  if (!rounded || !rounded->fits(type.precision, type.scale)) {
    return TextError{"22003", "numeric field overflow"};
  }
  return *rounded;
}

TextResult<std::string_view> parse_bpchar(std::string_view text, Type type, Arena& memory) {
  if (type.length == 0) return text;
  const size_t bytes = bytes_of_characters(text, type.length);
  if (!without_padding(text.substr(bytes)).empty())
    return TextError{"22001", "value too long for type " + to_string(type)};
  return padded(text.substr(0, bytes), type.length, memory);
}

void append_boolean(bool value, std::string& out) { out.append(value ? "true" : "false"); }

void append_integer(int64_t value, std::string& out) {
  char buffer[24];
  char* end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, static_cast<size_t>(end - buffer));
}

void append_double(double value, std::string& out) { append_float(value, out); }
void append_real(double value, std::string& out) { append_float(static_cast<float>(value), out); }

}  // namespace pactolus

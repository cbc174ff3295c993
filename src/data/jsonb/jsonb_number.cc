#include "data/jsonb/jsonb_number.h"

#include <algorithm>
#include <limits>

#include "data/decimal.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

/// Larger ones make any number too long, but for zero: numeric's readers give up there, too.
constexpr int64_t kExponentMax = 0x3FFFFFFE;

/// A number in its parts: whole and fraction are its digits before and behind the point.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take(std::string_view& text, char c) {
  bool there = text.starts_with(c);
  if (there) text.remove_prefix(1);
  return there;
}

/// Stays near the bound for what is beyond it.
int64_t exponent_of(std::string_view text) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  int64_t value = 0;
  for (char c : take_digits(text)) {  // a damaged number may have others
    if (value <= kExponentMax) value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

NumberParts parts_of(std::string_view number) {
  NumberParts parts;
  parts.negative = take(number, '-');
  parts.whole = take_digits(number);
  if (take(number, '.')) parts.fraction = take_digits(number);
  if (take(number, 'e') || take(number, 'E')) parts.exponent = exponent_of(number);
  return parts;
}

bool all_zero(std::string_view digits) { return digits.find_first_not_of('0') == std::string_view::npos; }

std::string_view without_leading_zeroes(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::string_view without_trailing_zeroes(std::string_view digits) {
  return digits.substr(0, digits.find_last_not_of('0') + 1);
}

/// Digits with the point `scale` digits before their end.
void append_pointed(std::string_view digits, size_t scale, std::string& out) {
  const size_t whole = digits.size() > scale ? digits.size() - scale : 0;
  const std::string_view leading = without_leading_zeroes(digits.substr(0, whole));
  out.append(leading.empty() ? "0" : leading);
  if (scale == 0) return;
  out.push_back('.');
  if (digits.size() < scale) out.append(scale - digits.size(), '0');
  out.append(digits.substr(whole));
}

int compare_digits(std::string_view a, std::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int compare_magnitudes(const NumberParts& a, const NumberParts& b) {
  const std::string_view x = without_leading_zeroes(a.whole);
  const std::string_view y = without_leading_zeroes(b.whole);
  if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
  if (int order = compare_digits(x, y); order != 0) return order;
  return compare_digits(without_trailing_zeroes(a.fraction), without_trailing_zeroes(b.fraction));
}

}  // namespace

bool append_jsonb_number(std::string_view digits, std::string& out) {
  const NumberParts parts = parts_of(digits);
  const bool zero = all_zero(parts.whole) && all_zero(parts.fraction);
  if (parts.exponent > kExponentMax || parts.exponent < -kExponentMax) return false;
  const int64_t scale = static_cast<int64_t>(parts.fraction.size()) - parts.exponent;
  const int64_t zeroes_behind = zero ? 0 : std::max<int64_t>(-scale, 0);
  if (scale > static_cast<int64_t>(kJsonbNumberBytesMax)) return false;
  if (zeroes_behind > static_cast<int64_t>(kJsonbNumberBytesMax)) return false;
  const size_t begin = out.size();
  if (parts.negative && !zero) out.push_back('-');
  std::string all;
  all.reserve(parts.whole.size() + parts.fraction.size() + static_cast<size_t>(zeroes_behind));
  all.append(parts.whole).append(parts.fraction).append(static_cast<size_t>(zeroes_behind), '0');
  append_pointed(all, static_cast<size_t>(std::max<int64_t>(scale, 0)), out);
  return out.size() - begin <= kJsonbNumberBytesMax;
}

std::optional<int64_t> round_jsonb_number(std::string_view number) {
  const NumberParts parts = parts_of(number);
  Int128 value = 0;
  if (parts.whole.size() > static_cast<size_t>(std::numeric_limits<int64_t>::digits10) + 1)
    return std::nullopt;
  for (char c : parts.whole) value = value * 10 + (c - '0');
  if (!parts.fraction.empty() && parts.fraction.front() >= '5') ++value;
  if (parts.negative) value = -value;
  const auto rounded = static_cast<int64_t>(value);
  return rounded == value ? std::optional(rounded) : std::nullopt;
}

int compare_jsonb_numbers(std::string_view a, std::string_view b) {
  const NumberParts x = parts_of(a);
  const NumberParts y = parts_of(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;  // there is no negative zero
  return x.negative ? compare_magnitudes(y, x) : compare_magnitudes(x, y);
}

}  // namespace pactolus

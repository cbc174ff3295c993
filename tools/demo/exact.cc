#include "exact.h"

#include <algorithm>
#include <vector>

namespace pactolus::demo {

namespace {

constexpr size_t kIntegerDigitsMax = 12;
constexpr size_t kFractionDigits = 6;

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A positive number's first base-10000 digit and that digit's weight, as PostgreSQL's numeric stores it.
struct FirstDigit {
  int weight;
  Wide digit;
};

FirstDigit first_digit_of(Wide integer) {
  FirstDigit first{0, integer};
  for (; first.digit >= 10'000; first.digit /= 10'000) ++first.weight;
  return first;
}

FirstDigit first_digit_of_millionths(Wide millionths) {
  if (millionths >= kMillion) return first_digit_of(millionths / kMillion);
  if (millionths >= 100) return {-1, millionths / 100};
  return {-2, millionths * 100};
}

int division_scale(FirstDigit dividend, FirstDigit divisor) {
  constexpr int kSignificantDigitsMin = 16;
  constexpr int kDigitsPerPlace = 4;
  int weight = dividend.weight - divisor.weight;
  if (dividend.digit <= divisor.digit) --weight;
  return std::max(kSignificantDigitsMin - weight * kDigitsPerPlace, static_cast<int>(kFractionDigits));
}

/// Adds one to the last of some decimal digits. True: it overflowed to all zeros.
bool increment(std::vector<int>& digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (++*digit < 10) return false;
    *digit = 0;
  }
  return true;
}

/// Keeps the first `count` digits, rounded half up. True: one carries over.
bool round_to(std::vector<int>& digits, size_t count, bool half_or_more) {
  digits.resize(count);
  return half_or_more && increment(digits);
}

}  // namespace

std::optional<Wide> parse_millionths(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view integer = text.substr(0, point);
  std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (integer.empty() || !all_digits(integer) || !all_digits(fraction)) return std::nullopt;
  if (integer.size() > kIntegerDigitsMax || fraction.size() > kFractionDigits) return std::nullopt;
  Wide value = 0;
  for (char digit : integer) value = value * 10 + (digit - '0');
  for (size_t i = 0; i < kFractionDigits; ++i)
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return negative ? -value : value;
}

std::string format_millionths(Wide millionths) {
  std::string digits;
  Wide rest = millionths < 0 ? -millionths : millionths;
  for (size_t i = 0; i <= kFractionDigits || rest > 0; ++i, rest /= 10) {
    if (i == kFractionDigits) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (millionths < 0) digits.push_back('-');
  std::ranges::reverse(digits);
  return digits;
}

Wide rounded_quotient(Wide dividend_millionths, Wide divisor) {
  const int scale = division_scale(first_digit_of_millionths(dividend_millionths), first_digit_of(divisor));
  const Wide denominator = divisor * kMillion;
  Wide integer = dividend_millionths / denominator;
  Wide rest = dividend_millionths % denominator;
  std::vector<int> digits;
  for (int i = 0; i < scale; ++i) {
    rest *= 10;
    digits.push_back(static_cast<int>(rest / denominator));
    rest %= denominator;
  }
  if (round_to(digits, digits.size(), 2 * rest >= denominator)) ++integer;
  const bool half_or_more = digits.size() > kFractionDigits && digits[kFractionDigits] >= 5;
  if (round_to(digits, kFractionDigits, half_or_more)) ++integer;
  for (int digit : digits) integer = integer * 10 + digit;
  return integer;
}

}  // namespace pactolus::demo

#include "trade_time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace pactolus::demo {

namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Takes `count` digits off the front, and the character behind them.
std::optional<int> take_digits(std::string_view& text, size_t count, char end) {
  if (text.size() <= count || text[count] != end) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count + 1);
  return value;
}

}  // namespace

std::string format_time(int64_t micros) {
  const std::chrono::sys_days day{std::chrono::days{micros / kMicrosPerDay}};
  const std::chrono::year_month_day date{day};
  const int64_t in_day = micros % kMicrosPerDay;
  const auto seconds = static_cast<int>(in_day / kMicrosPerSecond);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), seconds / 3600, seconds / 60 % 60, seconds % 60,
                static_cast<int>(in_day % kMicrosPerSecond));
  return text.data();
}

std::optional<int64_t> parse_time(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  const auto year = take_digits(text, 4, '-');
  const auto month = take_digits(text, 2, '-');
  const auto day = take_digits(text, 2, 'T');
  const auto hour = take_digits(text, 2, ':');
  const auto minute = take_digits(text, 2, ':');
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  const bool has_fraction = text.size() > 3;
  const auto second = take_digits(text, 2, has_fraction ? '.' : 'Z');
  if (!second || text.size() > 7) return std::nullopt;
  int64_t fraction = 0;
  if (has_fraction) {
    const size_t digits = text.size() - 1;
    const auto value = take_digits(text, digits, 'Z');
    if (!value || digits == 0) return std::nullopt;
    fraction = *value;
    for (size_t i = digits; i < 6; ++i) fraction *= 10;
  }
  const std::chrono::sys_days date{std::chrono::year{*year} / *month / *day};
  return (date.time_since_epoch().count() * 86'400 + *hour * 3600 + *minute * 60 + *second) *
             kMicrosPerSecond +
         fraction;
}

}  // namespace pactolus::demo

#include "config/quantities.h"

#include <algorithm>
#include <charconv>

namespace pactolus {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr Unit kDurationUnits[] = {
    {"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}};
constexpr Unit kSizeUnits[] = {
    {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}, {"TiB", 1LL << 40}};

template <size_t N>
std::optional<int64_t> parse_with_unit(std::string_view text, const Unit (&units)[N]) {
  size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::optional<int64_t> count = parse_whole_number(text.substr(0, digits));
  for (const Unit& unit : units) {
    int64_t product = 0;
    if (!count || text.substr(digits) != unit.name) continue;
    if (__builtin_mul_overflow(*count, unit.factor, &product)) return std::nullopt;
    return product;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::optional<int64_t> micros = parse_with_unit(text, kDurationUnits);
  return micros ? std::optional(Duration{*micros}) : std::nullopt;
}

std::optional<int64_t> parse_size(std::string_view text) { return parse_with_unit(text, kSizeUnits); }

std::optional<int64_t> parse_whole_number(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_true_false(std::string_view text) {
  for (std::string_view word : {"true", "True", "TRUE"}) {
    if (text == word) return true;
  }
  for (std::string_view word : {"false", "False", "FALSE"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::string to_string(Duration duration) {
  int64_t micros = duration.count();
  if (micros == 0) return "0s";
  for (const Unit& unit : kDurationUnits) {
    if (micros % unit.factor == 0) return std::to_string(micros / unit.factor) + std::string(unit.name);
  }
  return std::to_string(micros) + "us";
}

std::string size_to_string(int64_t bytes) {
  std::string result = std::to_string(bytes) + " bytes";
  for (const Unit& unit : kSizeUnits) {
    if (bytes % unit.factor == 0 && bytes > 0)
      result = std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return result;
}

}  // namespace pactolus

#include "data/interval_parts.h"

#include <cmath>
#include <limits>

#include "data/calendar.h"

namespace pactolus {
namespace {

constexpr int32_t kDaysPerMonth = 30;

/// sum += value * scale, in 32 bits.
bool add_scaled(int64_t value, int32_t scale, int32_t& sum) {
  constexpr int64_t kMin = std::numeric_limits<int32_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  if (value < kMin || value > kMax) return false;
  int64_t total = value * scale;
  if (total < kMin || total > kMax) return false;
  return !__builtin_add_overflow(sum, static_cast<int32_t>(total), &sum);
}

bool negate_value(auto& value) { return !__builtin_sub_overflow(0, value, &value); }

}  // namespace

bool IntervalParts::add_micros(int64_t value, double fraction, int64_t scale) {
  int64_t micros = 0;
  if (__builtin_mul_overflow(value, scale, &micros) || __builtin_add_overflow(micros_, micros, &micros_))
    return false;
  double scaled = fraction * static_cast<double>(scale);
  auto whole = static_cast<int64_t>(scaled);
  double rest = scaled - static_cast<double>(whole);
  if (rest > 0.5) ++whole;
  if (rest < -0.5) --whole;
  return !__builtin_add_overflow(micros_, whole, &micros_);
}

bool IntervalParts::add_fraction_of_days(double days) {
  auto whole = static_cast<int32_t>(days);
  return add_scaled(whole, 1, days_) && add_micros(0, days - whole, kMicrosPerDay);
}

bool IntervalParts::add_days(int64_t value, double fraction, int32_t scale) {
  return add_scaled(value, scale, days_) && add_fraction_of_days(fraction * scale);
}

bool IntervalParts::add_months(int64_t value, double fraction) {
  return add_scaled(value, 1, months_) && add_fraction_of_days(fraction * kDaysPerMonth);
}

bool IntervalParts::add_years(int64_t value, double fraction, int32_t scale) {
  auto months = static_cast<int64_t>(std::rint(fraction * scale * kMonthsPerYear));
  return add_scaled(value, scale, years_) && add_scaled(months, 1, months_);
}

IntervalParts::Status IntervalParts::set_time(int64_t hours, int64_t minutes, int64_t seconds, int64_t micros,
                                              bool negative) {
  if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return Status::kRange;
  int64_t total = 0;
  int64_t rest = minutes * kMicrosPerMinute + seconds * kMicrosPerSecond + micros;
  if (__builtin_mul_overflow(hours, kMicrosPerHour, &total) || __builtin_add_overflow(total, rest, &total)) {
    return Status::kRange;
  }
  micros_ = negative ? -total : total;
  return Status::kOk;
}

bool IntervalParts::negate() {
  return negate_value(micros_) && negate_value(days_) && negate_value(months_) && negate_value(years_);
}

std::optional<Interval> IntervalParts::interval() const {
  int32_t months = months_;
  if (!add_scaled(years_, kMonthsPerYear, months)) return std::nullopt;
  return Interval{months, days_, micros_};
}

}  // namespace pactolus

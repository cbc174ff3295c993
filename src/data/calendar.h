#pragma once

#include <cstdint>

namespace pactolus {

/// A date of the proleptic Gregorian calendar. Year 0 is 1 BC.
struct CivilDate {
  int64_t year = 1970;
  int32_t month = 1;
  int32_t day = 1;
  bool operator==(const CivilDate&) const = default;
};

inline constexpr int32_t kMonthsPerYear = 12;
inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// Quotient rounded towards minus infinity; divisor > 0.
constexpr int64_t floor_divide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

constexpr bool is_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int32_t days_in_month(int64_t year, int32_t month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Days since 1970-01-01 of a valid date, and back (Howard Hinnant, "chrono-compatible low-level date
/// algorithms").
constexpr int64_t days_from_civil(const CivilDate& date) {
  int64_t year = date.year - (date.month <= 2 ? 1 : 0);  // years begin in March: the leap day is their last
  int64_t era = floor_divide(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr CivilDate civil_from_days(int64_t days) {
  days += 719468;
  int64_t era = floor_divide(days, 146097);
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month = (5 * day_of_year + 2) / 153;
  auto day = static_cast<int32_t>(day_of_year - (153 * month + 2) / 5 + 1);
  auto civil_month = static_cast<int32_t>(month < 10 ? month + 3 : month - 9);
  return {year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), civil_month, day};
}

/// The years that dates and timestamps may have: 0001 to 9999.
inline constexpr int32_t kDateMin = static_cast<int32_t>(days_from_civil({1, 1, 1}));
inline constexpr int32_t kDateMax = static_cast<int32_t>(days_from_civil({9999, 12, 31}));
inline constexpr int64_t kTimestampMin = kDateMin * kMicrosPerDay;
inline constexpr int64_t kTimestampMax = (kDateMax + int64_t{1}) * kMicrosPerDay - 1;

}  // namespace pactolus

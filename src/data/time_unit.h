#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pactolus {

/// What EXTRACT, date_part and date_trunc know, and what intervals count up to the millennium, in
/// PostgreSQL's meaning.
enum class TimeUnit : int32_t {
  kMicroseconds,
  kMilliseconds,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kIsoYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kJulian,
  kEpoch,
  kTimezone,
};

/// By one of PostgreSQL's names and abbreviations, without regard to case.
std::optional<TimeUnit> find_time_unit(std::string_view name);

}  // namespace pactolus

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pactolus {

/// From `second` (since 1970-01-01 UTC) on, clocks are `offset` seconds east of UTC.
struct ZoneTransition {
  int64_t second = 0;
  int32_t offset = 0;
};

/// The day of a year and the second after its midnight at which clocks change. The second may lie on another
/// day.
struct YearlyDay {
  enum Kind : uint8_t {
    kJulian,            // `day` 1 to 365; February 29 has no number
    kDayOfYear,         // `day` 0 to 365
    kDayOfWeekInMonth,  // `day` 0 to 6 from Sunday, in its `week` 1 to 4 of the `month`, 5: its last
  } kind = kJulian;
  int32_t month = 0;
  int32_t week = 0;
  int32_t day = 0;
  int32_t second = 0;

  /// The change's second since 1970 on the clocks of that time.
  int64_t in_year(int64_t year) const;
};

/// Clocks that are put forward and back in every year, by a POSIX time zone's rules.
struct YearlyRule {
  int32_t standard_offset = 0;
  int32_t daylight_offset = 0;
  YearlyDay daylight_begin;
  YearlyDay standard_begin;

  /// The last change at `second` or before it, and the first one after it. None: the clocks never change.
  std::optional<ZoneTransition> last_until(int64_t second) const;
  std::optional<ZoneTransition> first_after(int64_t second) const;
};

/// A POSIX time zone, "CET-1CEST,M3.5.0,M10.5.0/3": offsets are west of UTC, so that CET has -1. As
/// PostgreSQL reads it (tzparse in localtime.c); none: malformed, or daylight saving without rules or with
/// changes about the turn of the year.
struct PosixZone {
  int32_t offset = 0;
  std::optional<YearlyRule> rule;
};
std::optional<PosixZone> parse_posix_zone(std::string_view text);

}  // namespace pactolus

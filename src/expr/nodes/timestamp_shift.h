#pragma once

#include <cstdint>

#include "data/calendar.h"
#include "data/type.h"
#include "expr/nodes/failure.h"

namespace pactolus {

/// A point in time, cut into its day since 1970-01-01 and the microseconds since that day's midnight (UTC).
struct DayAndTime {
  int64_t day;
  int64_t micros;
};

constexpr DayAndTime split_timestamp(int64_t timestamp) {
  int64_t day = floor_divide(timestamp, kMicrosPerDay);
  return {day, timestamp - day * kMicrosPerDay};
}

/// timestamp + interval as PostgreSQL does it, in UTC: months first (the day cut to the month's end), then
/// days, then time. Fails outside the years that timestamps may have (data/calendar.h).
Failure add_interval(int64_t& out, int64_t timestamp, const Interval& interval);
/// time + interval of a time of day: the clock goes round, and whole days don't matter. Never fails.
Failure turn_clock(int64_t& out, int64_t time, const Interval& interval);
/// False if a part overflows.
bool negate_interval(Interval& out, const Interval& interval);

}  // namespace pactolus

#include "expr/nodes/timestamp_shift.h"

#include <algorithm>

namespace pactolus {
namespace {

int64_t add_months(int64_t day, int32_t months) {
  CivilDate civil = civil_from_days(day);
  int64_t month = civil.year * 12 + (civil.month - 1) + months;  // counted from year 0
  civil.year = floor_divide(month, 12);
  civil.month = static_cast<int32_t>(month - civil.year * 12) + 1;
  civil.day = std::min(civil.day, days_in_month(civil.year, civil.month));
  return days_from_civil(civil);
}

bool is_date(int64_t day) { return day >= kDateMin && day <= kDateMax; }

}  // namespace

Failure add_interval(int64_t& out, int64_t timestamp, const Interval& interval) {
  auto [day, micros] = split_timestamp(timestamp);
  if (interval.months != 0) day = add_months(day, interval.months);
  if (!is_date(day)) return &failures::kTimestampRange;
  day += interval.days;
  if (!is_date(day)) return &failures::kTimestampRange;
  if (__builtin_add_overflow(day * kMicrosPerDay + micros, interval.micros, &out))
    return &failures::kTimestampRange;
  return out >= kTimestampMin && out <= kTimestampMax ? kNoFailure : &failures::kTimestampRange;
}

Failure turn_clock(int64_t& out, int64_t time, const Interval& interval) {
  out = split_timestamp(time + interval.micros % kMicrosPerDay).micros;
  return kNoFailure;
}

bool negate_interval(Interval& out, const Interval& interval) {
  return !__builtin_sub_overflow(0, interval.months, &out.months) &&
         !__builtin_sub_overflow(0, interval.days, &out.days) &&
         !__builtin_sub_overflow(int64_t{0}, interval.micros, &out.micros);
}

}  // namespace pactolus

#include "operators/windows/periods.h"

#include "data/calendar.h"

namespace pactolus {

TimeSpan FixedPeriods::around(EventTime time) const {
  const EventTime begin{floor_divide(time.micros(), length_.count()) * length_.count()};
  return {begin, begin + length_};
}

TimeSpan CalendarPeriods::around(EventTime time) const {
  const int64_t second = floor_divide(time.micros(), kMicrosPerSecond);
  const int64_t local = time.micros() + zone_->offset_at(second) * kMicrosPerSecond;
  int64_t first = first_day(floor_divide(local - offset_.count(), kMicrosPerDay));
  // Clocks that are put back may show the end of a period again once the next one has begun.
  while (time < begin_on(first)) first = first_day(first - 1);
  int64_t next = next_first_day(first);
  while (begin_on(next) <= time) {
    first = next;
    next = next_first_day(first);
  }
  return {begin_on(first), begin_on(next)};
}

int64_t CalendarPeriods::first_day(int64_t day) const {
  CivilDate date = civil_from_days(day);
  switch (unit_) {
    case CalendarUnit::kDay:
      return day;
    case CalendarUnit::kWeek: {
      constexpr int64_t kFirstMonday = 4;  // 1970-01-05
      return kFirstMonday + floor_divide(day - kFirstMonday, 7) * 7;
    }
    case CalendarUnit::kMonth:
      break;
    case CalendarUnit::kQuarter:
      date.month -= (date.month - 1) % 3;
      break;
    case CalendarUnit::kYear:
      date.month = 1;
      break;
  }
  date.day = 1;
  return days_from_civil(date);
}

int64_t CalendarPeriods::next_first_day(int64_t first) const {
  constexpr int64_t kLongest[] = {1, 7, 31, 92, 366};  // days
  return first_day(first + kLongest[static_cast<size_t>(unit_)]);
}

EventTime CalendarPeriods::begin_on(int64_t day) const {
  const int64_t local = day * kMicrosPerDay + offset_.count();
  const int64_t local_second = floor_divide(local, kMicrosPerSecond);
  const int32_t offset = zone_->offset_of_local(local_second);
  // Of a time that clocks show twice that is the second one.
  constexpr int64_t kSecondsPerDay = kMicrosPerDay / kMicrosPerSecond;
  const int32_t before = zone_->offset_at(local_second - offset - kSecondsPerDay);
  const bool shown_before = before > offset && zone_->offset_at(local_second - before) == before;
  return EventTime{local - (shown_before ? before : offset) * kMicrosPerSecond};
}

}  // namespace pactolus

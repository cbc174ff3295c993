#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/types.h"
#include "zones/time_zone.h"

namespace pactolus {

/// From `begin` on, before `end`.
struct TimeSpan {
  EventTime begin;
  EventTime end;
  bool holds(EventTime time) const { return begin <= time && time < end; }
};

/// Times cut into periods, one behind the other without gaps. Immutable. Threads: any.
class Periods {
 public:
  virtual ~Periods() = default;
  virtual TimeSpan around(EventTime time) const = 0;
};

/// Of one length, counted from 1970-01-01 00:00 UTC.
class FixedPeriods final : public Periods {
 public:
  explicit FixedPeriods(Duration length) : length_(length) {}
  TimeSpan around(EventTime time) const override;

 private:
  Duration length_;
};

enum class CalendarUnit : uint8_t { kDay, kWeek, kMonth, kQuarter, kYear };

/// Days and what is made of them (weeks begin on Monday) by the clocks of a place. A period begins when they
/// first show `offset` behind its first midnight, or would, had they not been put forward then.
class CalendarPeriods final : public Periods {
 public:
  CalendarPeriods(CalendarUnit unit, std::shared_ptr<const TimeZone> zone, Duration offset)
      : unit_(unit), zone_(std::move(zone)), offset_(offset) {}
  TimeSpan around(EventTime time) const override;

 private:
  /// Days since 1970-01-01 of the first day of the period that a day is in, and of those beside it.
  int64_t first_day(int64_t day) const;
  int64_t next_first_day(int64_t first) const;
  EventTime begin_on(int64_t day) const;

  CalendarUnit unit_;
  std::shared_ptr<const TimeZone> zone_;
  Duration offset_;
};

}  // namespace pactolus

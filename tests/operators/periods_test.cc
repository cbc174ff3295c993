#include "operators/windows/periods.h"

#include <catch2/catch.hpp>
#include <vector>

#include "data/calendar.h"
#include "data/text_format.h"
#include "zones/find_zone.h"

namespace pactolus {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDay = 24h;

std::string text(EventTime time) {
  std::string text;
  append_rfc3339(time.micros(), text);
  return text;
}

EventTime noon(int64_t year, int32_t month, int32_t day) {
  return EventTime{days_from_civil({year, month, day}) * kMicrosPerDay + 12 * kMicrosPerHour};
}

CalendarPeriods periods(CalendarUnit unit, const char* zone, Duration offset = Duration{0}) {
  auto found = find_zone(zone);
  REQUIRE(found.ok());
  return {unit, *found, offset};
}

std::string span(const Periods& periods, EventTime time) {
  const TimeSpan span = periods.around(time);
  return text(span.begin) + " to " + text(span.end);
}

TEST_CASE("fixed periods: counted from 1970, also before it") {
  const FixedPeriods minutes(1min);
  CHECK(span(minutes, EventTime{0}) == "1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z");
  CHECK(span(minutes, EventTime{-1}) == "1969-12-31T23:59:00Z to 1970-01-01T00:00:00Z");
  CHECK(span(minutes, EventTime{59'999'999}) == "1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z");
}

TEST_CASE("calendar periods: days, weeks from Monday, months, quarters and years") {
  const EventTime time = noon(2024, 2, 29);  // a Thursday
  CHECK(span(periods(CalendarUnit::kDay, "UTC"), time) == "2024-02-29T00:00:00Z to 2024-03-01T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kWeek, "UTC"), time) == "2024-02-26T00:00:00Z to 2024-03-04T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kMonth, "UTC"), time) == "2024-02-01T00:00:00Z to 2024-03-01T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kQuarter, "UTC"), time) == "2024-01-01T00:00:00Z to 2024-04-01T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kYear, "UTC"), time) == "2024-01-01T00:00:00Z to 2025-01-01T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kWeek, "UTC"), noon(1969, 12, 28)) ==
        "1969-12-22T00:00:00Z to 1969-12-29T00:00:00Z");
  CHECK(span(periods(CalendarUnit::kQuarter, "UTC"), noon(2023, 12, 31)) ==
        "2023-10-01T00:00:00Z to 2024-01-01T00:00:00Z");
}

TEST_CASE("calendar periods: days by the clocks of a place have 23 and 25 hours when these are changed") {
  const auto days = periods(CalendarUnit::kDay, "Europe/Paris");
  CHECK(span(days, noon(2026, 1, 1)) == "2025-12-31T23:00:00Z to 2026-01-01T23:00:00Z");
  CHECK(span(days, noon(2026, 3, 29)) == "2026-03-28T23:00:00Z to 2026-03-29T22:00:00Z");
  CHECK(span(days, noon(2026, 10, 25)) == "2026-10-24T22:00:00Z to 2026-10-25T23:00:00Z");
}

TEST_CASE("calendar periods: a business day may begin in the afternoon") {
  const auto days = periods(CalendarUnit::kDay, "America/New_York", 17h);
  CHECK(span(days, EventTime{noon(2026, 1, 5) + 10h}) == "2026-01-05T22:00:00Z to 2026-01-06T22:00:00Z");
  CHECK(span(days, EventTime{noon(2026, 1, 5) + 9h}) == "2026-01-04T22:00:00Z to 2026-01-05T22:00:00Z");
  CHECK(span(days, noon(2026, 3, 8)) == "2026-03-07T22:00:00Z to 2026-03-08T21:00:00Z");
  CHECK(span(periods(CalendarUnit::kMonth, "America/New_York", 17h), noon(2026, 2, 1)) ==
        "2026-01-01T22:00:00Z to 2026-02-01T22:00:00Z");
}

TEST_CASE("calendar periods: a midnight that clocks skip is the moment when they do") {
  // 2026-03-08 00:00 is 01:00 in Havana.
  CHECK(span(periods(CalendarUnit::kDay, "America/Havana"), noon(2026, 3, 8)) ==
        "2026-03-08T05:00:00Z to 2026-03-09T04:00:00Z");
}

TEST_CASE("calendar periods: of a midnight that clocks show twice the first one counts") {
  // In the Azores 2026-10-25 01:00 is 00:00 again.
  CHECK(span(periods(CalendarUnit::kDay, "Atlantic/Azores"), noon(2026, 10, 25)) ==
        "2026-10-25T00:00:00Z to 2026-10-26T01:00:00Z");
}

TEST_CASE("calendar periods: a day that a place skipped has no window of its own") {
  // Samoa went from 2011-12-29 24:00 to 2011-12-31 00:00, across the date line.
  const auto days = periods(CalendarUnit::kDay, "Pacific/Apia");
  CHECK(span(days, noon(2011, 12, 29)) == "2011-12-29T10:00:00Z to 2011-12-30T10:00:00Z");
  CHECK(span(days, EventTime{noon(2011, 12, 30)}) == "2011-12-30T10:00:00Z to 2011-12-31T10:00:00Z");
}

TEST_CASE("calendar periods: they follow one another without gaps, each of one day of the place's calendar") {
  for (const char* name :
       {"UTC", "Europe/Paris", "America/New_York", "America/Havana", "Atlantic/Azores", "Asia/Kathmandu",
        "America/Sao_Paulo", "Australia/Lord_Howe", "America/Santiago"}) {
    INFO(name);
    const std::shared_ptr<const TimeZone> zone = *find_zone(name);
    const CalendarPeriods days(CalendarUnit::kDay, zone, Duration{0});
    const auto day_of = [&](EventTime time) {
      const int64_t second = floor_divide(time.micros(), kMicrosPerSecond);
      return floor_divide(time.micros() + zone->offset_at(second) * kMicrosPerSecond, kMicrosPerDay);
    };
    TimeSpan before = days.around(noon(2023, 12, 31));
    while (before.end < noon(2027, 1, 1)) {
      const TimeSpan span = days.around(before.end);
      REQUIRE(span.begin == before.end);
      REQUIRE(span.end - span.begin >= kDay - 2h);
      REQUIRE(span.end - span.begin <= kDay + 2h);
      const int64_t day = day_of(span.begin);
      REQUIRE(day == day_of(before.begin) + 1);
      bool all_there = true;
      for (EventTime time = span.begin; time < span.end; time = time + 30min)
        all_there = all_there && day_of(time) == day && days.around(time).begin == span.begin;
      REQUIRE(all_there);
      REQUIRE(day_of(span.end - Duration{1}) == day);
      before = span;
    }
  }
}

}  // namespace
}  // namespace pactolus

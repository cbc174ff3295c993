#include "data/calendar.h"
#include "expr/nodes/in_zone.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/time_unit.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// Of units shorter than a day.
int64_t unit_micros(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMicroseconds:
      return 1;
    case TimeUnit::kMilliseconds:
      return 1000;
    case TimeUnit::kSecond:
      return kMicrosPerSecond;
    case TimeUnit::kMinute:
      return kMicrosPerMinute;
    default:
      return kMicrosPerHour;
  }
}

/// The first day of the unit, of at least a day, that `day` lies in. Centuries begin with year 1, decades
/// with year 0.
int64_t first_day(TimeUnit unit, int64_t day) {
  CivilDate civil = civil_from_days(day);
  switch (unit) {
    case TimeUnit::kDay:
      return day;
    case TimeUnit::kWeek:
      return day - (iso_day_of_week(day) - 1);
    case TimeUnit::kMonth:
      return days_from_civil({civil.year, civil.month, 1});
    case TimeUnit::kQuarter:
      return days_from_civil({civil.year, (civil.month - 1) / 3 * 3 + 1, 1});
    case TimeUnit::kYear:
      return days_from_civil({civil.year, 1, 1});
    case TimeUnit::kDecade:
      return days_from_civil({civil.year / 10 * 10, 1, 1});
    case TimeUnit::kCentury:
      return days_from_civil({(civil.year + 99) / 100 * 100 - 99, 1, 1});
    default:
      return days_from_civil({(civil.year + 999) / 1000 * 1000 - 999, 1, 1});
  }
}

Failure truncate_timestamp(int64_t& out, int32_t unit_number, int64_t timestamp) {
  auto unit = static_cast<TimeUnit>(unit_number);
  auto [day, micros] = split_timestamp(timestamp);
  if (unit <= TimeUnit::kHour) {
    out = timestamp - micros % unit_micros(unit);
  } else {
    out = first_day(unit, day) * kMicrosPerDay;
  }
  return out >= kTimestampMin ? kNoFailure : &failures::kTimestampRange;
}

/// PostgreSQL's timestamptz_trunc_zone (timestamp.c): a unit that is shorter than a day keeps the offset, so
/// that an hour that clocks show twice stays two hours.
struct TruncateInZone {
  TimeUnit unit;

  Failure operator()(int64_t& out, int64_t instant, const TimeZone& zone) const {
    int64_t local = 0;
    if (Failure failure = local_of_instant(local, instant, zone)) return failure;
    int64_t truncated = 0;
    if (Failure failure = truncate_timestamp(truncated, static_cast<int32_t>(unit), local)) return failure;
    if (unit > TimeUnit::kHour) return instant_of_local(out, truncated, zone);
    out = instant - (local - truncated);
    return out >= kTimestampMin ? kNoFailure : &failures::kTimestampRange;
  }
};

ExpressionPtr make_in_zone(Type result, std::vector<ExpressionPtr> arguments) {
  std::optional<TimeUnit> unit = constant_unit(*arguments[0]);
  if (!unit) return Literal::null(result);
  return std::make_unique<InZone<TruncateInZone>>(result, std::move(arguments[1]), std::move(arguments[2]),
                                                  TruncateInZone{*unit});
}

int32_t unit_months(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMonth:
      return 1;
    case TimeUnit::kQuarter:
      return 3;
    case TimeUnit::kYear:
      return 12;
    case TimeUnit::kDecade:
      return 120;
    case TimeUnit::kCentury:
      return 1200;
    default:
      return 12000;
  }
}

Failure truncate_interval(Interval& out, int32_t unit_number, const Interval& interval) {
  auto unit = static_cast<TimeUnit>(unit_number);
  out = interval;
  if (unit <= TimeUnit::kHour) {
    out.micros -= interval.micros % unit_micros(unit);
    return kNoFailure;
  }
  out.micros = 0;
  if (unit == TimeUnit::kDay) return kNoFailure;
  out.days = 0;
  out.months -= interval.months % unit_months(unit);
  return kNoFailure;
}

UnitSupport can_truncate_to(TimeUnit unit, TypeKind kind) {
  if (unit == TimeUnit::kTimezone) return UnitSupport::kNotForType;
  if (unit > TimeUnit::kMillennium) return UnitSupport::kUnknown;
  bool week_of_interval = unit == TimeUnit::kWeek && kind == TypeKind::kInterval;
  return week_of_interval ? UnitSupport::kNotForType : UnitSupport::kSupported;
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  auto refusal = refuse_unit(*arguments[0], arguments[1]->type().kind, &can_truncate_to);
  return refusal || arguments.size() < 3 ? refusal : refuse_zone(arguments, 2);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kTimestamptz}, kTimestamptz, &make_of_unit<&truncate_timestamp>},
    {{kText, kTimestamp}, kTimestamp, &make_of_unit<&truncate_timestamp>},
    {{kText, kInterval}, kInterval, &make_of_unit<&truncate_interval>},
    {{kText, kTimestamptz, kText}, kTimestamptz, &make_in_zone},
};

}  // namespace

const FunctionSpec& date_trunc_spec() {
  static const FunctionSpec spec{
      .name = "date_trunc",
      .signature =
          "date_trunc(unit, timestamptz | timestamp | interval) → the same, "
          "date_trunc(unit, timestamptz, zone) → timestamptz",
      .summary =
          "The begin, in UTC or in the zone, of the unit that the time lies in: microseconds, milliseconds, "
          "second, "
          "minute, hour, day, week, month, quarter, year, decade, century, millennium.",
      .example = "date_trunc('hour', timestamptz '2026-01-01T10:20:30Z')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(date_trunc);

}  // namespace pactolus

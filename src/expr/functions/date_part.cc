#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/time_unit.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

// PostgreSQL computes in double precision from the start (timestamp.c): the last digit depends on it.

double seconds_of(int64_t micros) { return static_cast<double>(micros) / 1e6; }

double double_part_of_time(TimeUnit unit, int64_t micros) {
  int64_t in_minute = micros % kMicrosPerMinute;
  auto seconds = static_cast<double>(in_minute / kMicrosPerSecond);
  auto fraction = static_cast<double>(in_minute % kMicrosPerSecond);
  switch (unit) {
    case TimeUnit::kMicroseconds:
      return static_cast<double>(in_minute);
    case TimeUnit::kMilliseconds:
      return seconds * 1e3 + fraction / 1e3;
    case TimeUnit::kSecond:
      return seconds + fraction / 1e6;
    default:
      return static_cast<double>(part_of_time(unit, micros));
  }
}

Failure from_timestamp(double& out, int32_t unit_number, int64_t timestamp) {
  auto unit = static_cast<TimeUnit>(unit_number);
  auto [day, micros] = split_timestamp(timestamp);
  if (unit == TimeUnit::kEpoch) {
    out = seconds_of(timestamp);
  } else if (unit == TimeUnit::kJulian) {
    double seconds = static_cast<double>(micros / kMicrosPerSecond) + seconds_of(micros % kMicrosPerSecond);
    out = static_cast<double>(day + kJulianDayOfEpoch) + seconds / (kMicrosPerDay / kMicrosPerSecond);
  } else if (unit <= TimeUnit::kHour) {
    out = double_part_of_time(unit, micros);
  } else {
    out = static_cast<double>(part_of_day(unit, day));
  }
  return kNoFailure;
}

Failure from_date(double& out, int32_t unit, int32_t date) {
  return from_timestamp(out, unit, date * kMicrosPerDay);
}

double interval_epoch(const Interval& interval) {
  constexpr double kDay = 86400;
  double seconds = seconds_of(interval.micros);
  seconds += 365.25 * kDay * (interval.months / 12);
  seconds += 30 * kDay * (interval.months % 12);
  return seconds + kDay * interval.days;
}

Failure from_interval(double& out, int32_t unit_number, const Interval& interval) {
  auto unit = static_cast<TimeUnit>(unit_number);
  if (unit == TimeUnit::kEpoch) {
    out = interval_epoch(interval);
  } else if (unit <= TimeUnit::kHour) {
    out = double_part_of_time(unit, interval.micros);
  } else {
    out = static_cast<double>(part_of_months(unit, interval));
  }
  return kNoFailure;
}

Failure from_time(double& out, int32_t unit, int64_t time) {
  return from_interval(out, unit, {.months = 0, .days = 0, .micros = time});
}

/// A date is taken as the timestamp of its midnight, which has an hour.
UnitSupport can_take(TimeUnit unit, TypeKind kind) {
  bool zone_of_date = kind == TypeKind::kDate && unit == TimeUnit::kTimezone;
  if (zone_of_date) return UnitSupport::kNotForType;
  return can_extract(unit, kind == TypeKind::kDate ? TypeKind::kTimestamptz : kind);
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  return refuse_unit(*arguments[0], arguments[1]->type().kind, &can_take);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kTimestamptz}, kDouble, &make_of_unit<&from_timestamp>},
    {{kText, kTimestamp}, kDouble, &make_of_unit<&from_timestamp>},
    {{kText, kDate}, kDouble, &make_of_unit<&from_date>},
    {{kText, kTime}, kDouble, &make_of_unit<&from_time>},
    {{kText, kInterval}, kDouble, &make_of_unit<&from_interval>},
};

}  // namespace

const FunctionSpec& date_part_spec() {
  static const FunctionSpec spec{
      .name = "date_part",
      .signature = "date_part(unit, timestamptz | timestamp | date | time | interval) → double precision",
      .summary = "The same parts as extract, in double precision. extract is exact.",
      .example = "date_part('hour', timestamptz '2026-01-01T10:20:30Z')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(date_part);

}  // namespace pactolus

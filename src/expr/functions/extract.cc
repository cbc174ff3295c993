#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/time_unit.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr int64_t kEpochDaysPerYearTimes4 = 1461;  // interval's epoch counts 365.25 days a year, 30 a month

/// The units of a time of day, or of an interval's time. Fractions keep PostgreSQL's number of digits.
Decimal numeric_part_of_time(TimeUnit unit, int64_t micros) {
  switch (unit) {
    case TimeUnit::kMicroseconds:
      return Decimal::from_int64(micros % kMicrosPerMinute);
    case TimeUnit::kMilliseconds:
      return Decimal(micros % kMicrosPerMinute, 3);
    case TimeUnit::kSecond:
      return Decimal(micros % kMicrosPerMinute, 6);
    default:
      return Decimal::from_int64(part_of_time(unit, micros));
  }
}

Failure from_date(Decimal& out, int32_t unit, int32_t date) {
  out = Decimal::from_int64(part_of_day(static_cast<TimeUnit>(unit), date));
  return kNoFailure;
}

Failure from_timestamp(Decimal& out, int32_t unit_number, int64_t timestamp) {
  auto unit = static_cast<TimeUnit>(unit_number);
  auto [day, micros] = split_timestamp(timestamp);
  if (unit == TimeUnit::kEpoch) {
    out = Decimal(timestamp, 6);
  } else if (unit == TimeUnit::kJulian) {
    Decimal fraction = *Decimal::divide(Decimal::from_int64(micros), Decimal::from_int64(kMicrosPerDay));
    out = *Decimal::add(Decimal::from_int64(day + kJulianDayOfEpoch), fraction);
  } else if (unit <= TimeUnit::kHour) {
    out = numeric_part_of_time(unit, micros);
  } else {
    out = Decimal::from_int64(part_of_day(unit, day));
  }
  return kNoFailure;
}

Decimal interval_epoch(const Interval& interval) {
  int64_t days_times_4 = kEpochDaysPerYearTimes4 * (interval.months / 12) +
                         4 * 30 * int64_t{interval.months % 12} + 4 * int64_t{interval.days};
  return Decimal(static_cast<Int128>(days_times_4) * (kMicrosPerDay / 4) + interval.micros, 6);
}

Failure from_interval(Decimal& out, int32_t unit_number, const Interval& interval) {
  auto unit = static_cast<TimeUnit>(unit_number);
  if (unit == TimeUnit::kEpoch) {
    out = interval_epoch(interval);
  } else if (unit <= TimeUnit::kHour) {
    out = numeric_part_of_time(unit, interval.micros);
  } else {
    out = Decimal::from_int64(part_of_months(unit, interval));
  }
  return kNoFailure;
}

Failure from_time(Decimal& out, int32_t unit, int64_t time) {
  return from_interval(out, unit, {.months = 0, .days = 0, .micros = time});
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  return refuse_unit(*arguments[0], arguments[1]->type().kind, &can_extract);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kTimestamptz}, kNumeric, &make_of_unit<&from_timestamp>},
    {{kText, kTimestamp}, kNumeric, &make_of_unit<&from_timestamp>},
    {{kText, kDate}, kNumeric, &make_of_unit<&from_date>},
    {{kText, kTime}, kNumeric, &make_of_unit<&from_time>},
    {{kText, kInterval}, kNumeric, &make_of_unit<&from_interval>},
};

}  // namespace

const FunctionSpec& extract_spec() {
  static const FunctionSpec spec{
      .name = "extract",
      .signature = "extract(unit FROM timestamptz | timestamp | date | time | interval) → numeric",
      .summary =
          "A part of a time, in UTC: microseconds, milliseconds, second, minute, hour, day, week, month, "
          "quarter, "
          "year, decade, century, millennium, isoyear, dow, isodow, doy, julian, epoch.",
      .example = "extract(hour FROM timestamptz '2026-01-01T10:20:30Z')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(extract);

}  // namespace pactolus

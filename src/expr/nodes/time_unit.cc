#include "expr/nodes/time_unit.h"

#include "base/nearest_name.h"
#include "data/calendar.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

/// The year that the Thursday of a day's week lies in, and that week's number in it (ISO 8601).
struct IsoWeek {
  int64_t year;
  int64_t week;
};

IsoWeek iso_week(int64_t day) {
  int64_t thursday = day - iso_day_of_week(day) + 4;
  int64_t year = civil_from_days(thursday).year;
  return {year, (thursday - days_from_civil({year, 1, 1})) / 7 + 1};
}

}  // namespace

std::optional<TimeUnit> constant_unit(const Expression& argument) {
  const Literal* literal = as_literal(argument);
  if (!literal || literal->is_null()) return std::nullopt;
  return find_time_unit(literal->value()->values_of<TypeKind::kText>()[0]);
}

std::optional<Refusal> refuse_unit(const Expression& argument, TypeKind kind,
                                   UnitSupport (*supports)(TimeUnit unit, TypeKind kind)) {
  const Literal* literal = as_literal(argument);
  if (!literal) return Refusal{"the unit must be a constant"};
  if (literal->is_null()) return std::nullopt;
  std::string_view text = literal->value()->values_of<TypeKind::kText>()[0];
  std::optional<TimeUnit> unit = find_time_unit(text);
  UnitSupport support = unit ? supports(*unit, kind) : UnitSupport::kUnknown;
  if (support == UnitSupport::kSupported) return std::nullopt;
  bool unknown = support == UnitSupport::kUnknown;
  return Refusal{"unit \"" + lower_case(text) + "\" not " + (unknown ? "recognized" : "supported") +
                 " for type " + to_string(Type{kind}) +
                 (unknown ? " (SQLSTATE 22023)" : " (SQLSTATE 0A000)")};
}

UnitSupport can_extract(TimeUnit unit, TypeKind kind) {
  bool supported = true;
  if (kind == TypeKind::kDate) supported = unit > TimeUnit::kHour && unit != TimeUnit::kTimezone;
  if (kind == TypeKind::kTimestamp) supported = unit != TimeUnit::kTimezone;
  if (kind == TypeKind::kInterval) {
    bool of_date_only = unit == TimeUnit::kWeek || unit > TimeUnit::kMillennium;
    supported = unit == TimeUnit::kEpoch || !of_date_only;
  }
  if (kind == TypeKind::kTime) supported = unit <= TimeUnit::kHour || unit == TimeUnit::kEpoch;
  return supported ? UnitSupport::kSupported : UnitSupport::kNotForType;
}

int64_t iso_day_of_week(int64_t day) {  // 1970-01-01 was a Thursday
  return (day + 3) - floor_divide(day + 3, 7) * 7 + 1;
}

int64_t part_of_day(TimeUnit unit, int64_t day) {
  CivilDate civil = civil_from_days(day);
  switch (unit) {
    case TimeUnit::kDay:
      return civil.day;
    case TimeUnit::kWeek:
      return iso_week(day).week;
    case TimeUnit::kMonth:
      return civil.month;
    case TimeUnit::kQuarter:
      return (civil.month - 1) / 3 + 1;
    case TimeUnit::kYear:
      return civil.year;
    case TimeUnit::kDecade:
      return civil.year / 10;
    case TimeUnit::kCentury:
      return (civil.year + 99) / 100;
    case TimeUnit::kMillennium:
      return (civil.year + 999) / 1000;
    case TimeUnit::kIsoYear:
      return iso_week(day).year;
    case TimeUnit::kDayOfWeek:
      return iso_day_of_week(day) % 7;
    case TimeUnit::kIsoDayOfWeek:
      return iso_day_of_week(day);
    case TimeUnit::kDayOfYear:
      return day - days_from_civil({civil.year, 1, 1}) + 1;
    case TimeUnit::kJulian:
      return day + kJulianDayOfEpoch;
    case TimeUnit::kEpoch:
      return day * (kMicrosPerDay / kMicrosPerSecond);
    default:
      return 0;
  }
}

int64_t part_of_time(TimeUnit unit, int64_t micros) {
  return unit == TimeUnit::kMinute ? micros / kMicrosPerMinute % 60 : micros / kMicrosPerHour;
}

int64_t part_of_months(TimeUnit unit, const Interval& interval) {
  int32_t years = interval.months / 12;
  switch (unit) {
    case TimeUnit::kDay:
      return interval.days;
    case TimeUnit::kMonth:
      return interval.months % 12;
    case TimeUnit::kQuarter:
      return interval.months % 12 / 3 + 1;
    case TimeUnit::kYear:
      return years;
    case TimeUnit::kDecade:
      return years / 10;
    case TimeUnit::kCentury:
      return years / 100;
    default:
      return years / 1000;
  }
}

}  // namespace pactolus

#include <array>

#include "base/nearest_name.h"
#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

enum class Unit : int32_t {
  kMicroseconds,
  kMilliseconds,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kIsoYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kJulian,
  kEpoch,
  kTimezone,
};

struct UnitName {
  std::string_view name;
  Unit unit;
  bool of_date;      // PostgreSQL supports it for date
  bool of_interval;  // and for interval; timestamptz has all
};

constexpr auto kUnits = std::to_array<UnitName>({
    {"microseconds", Unit::kMicroseconds, false, true},
    {"milliseconds", Unit::kMilliseconds, false, true},
    {"second", Unit::kSecond, false, true},
    {"minute", Unit::kMinute, false, true},
    {"hour", Unit::kHour, false, true},
    {"day", Unit::kDay, true, true},
    {"week", Unit::kWeek, true, false},
    {"month", Unit::kMonth, true, true},
    {"quarter", Unit::kQuarter, true, true},
    {"year", Unit::kYear, true, true},
    {"decade", Unit::kDecade, true, true},
    {"century", Unit::kCentury, true, true},
    {"millennium", Unit::kMillennium, true, true},
    {"isoyear", Unit::kIsoYear, true, false},
    {"dow", Unit::kDayOfWeek, true, false},
    {"isodow", Unit::kIsoDayOfWeek, true, false},
    {"doy", Unit::kDayOfYear, true, false},
    {"julian", Unit::kJulian, true, false},
    {"epoch", Unit::kEpoch, true, true},
    {"timezone", Unit::kTimezone, false, false},
    {"timezone_hour", Unit::kTimezone, false, false},
    {"timezone_minute", Unit::kTimezone, false, false},
});

const UnitName* find_unit(std::string_view text) {
  std::string wanted = lower_case(text);
  for (const UnitName& known : kUnits) {
    if (wanted == known.name || (known.name.back() != 's' && wanted == std::string(known.name) + "s"))
      return &known;
  }
  return nullptr;
}

/// 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
int64_t iso_day_of_week(int64_t day) { return (day + 3) - floor_divide(day + 3, 7) * 7 + 1; }

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

constexpr int64_t kJulianDayOfEpoch = 2440588;
constexpr int64_t kEpochDaysPerYearTimes4 = 1461;  // interval's epoch counts 365.25 days a year, 30 a month

/// The units of a date that are whole numbers.
int64_t part_of_day(Unit unit, int64_t day) {
  CivilDate civil = civil_from_days(day);
  switch (unit) {
    case Unit::kDay:
      return civil.day;
    case Unit::kWeek:
      return iso_week(day).week;
    case Unit::kMonth:
      return civil.month;
    case Unit::kQuarter:
      return (civil.month - 1) / 3 + 1;
    case Unit::kYear:
      return civil.year;
    case Unit::kDecade:
      return civil.year / 10;
    case Unit::kCentury:
      return (civil.year + 99) / 100;
    case Unit::kMillennium:
      return (civil.year + 999) / 1000;
    case Unit::kIsoYear:
      return iso_week(day).year;
    case Unit::kDayOfWeek:
      return iso_day_of_week(day) % 7;
    case Unit::kIsoDayOfWeek:
      return iso_day_of_week(day);
    case Unit::kDayOfYear:
      return day - days_from_civil({civil.year, 1, 1}) + 1;
    case Unit::kJulian:
      return day + kJulianDayOfEpoch;
    case Unit::kEpoch:
      return day * (kMicrosPerDay / kMicrosPerSecond);
    default:
      return 0;  // the units of a time zone, in UTC
  }
}

/// The units of a time of day, or of an interval's time. Fractions keep PostgreSQL's number of digits.
Decimal part_of_time(Unit unit, int64_t micros) {
  switch (unit) {
    case Unit::kMicroseconds:
      return Decimal::from_int64(micros % kMicrosPerMinute);
    case Unit::kMilliseconds:
      return Decimal(micros % kMicrosPerMinute, 3);
    case Unit::kSecond:
      return Decimal(micros % kMicrosPerMinute, 6);
    case Unit::kMinute:
      return Decimal::from_int64(micros / kMicrosPerMinute % 60);
    default:
      return Decimal::from_int64(micros / kMicrosPerHour);
  }
}

Failure from_date(Decimal& out, int32_t unit, int32_t date) {
  out = Decimal::from_int64(part_of_day(static_cast<Unit>(unit), date));
  return kNoFailure;
}

Failure from_timestamp(Decimal& out, int32_t unit_number, int64_t timestamp) {
  auto unit = static_cast<Unit>(unit_number);
  auto [day, micros] = split_timestamp(timestamp);
  if (unit == Unit::kEpoch) {
    out = Decimal(timestamp, 6);
  } else if (unit == Unit::kJulian) {
    Decimal fraction = *Decimal::divide(Decimal::from_int64(micros), Decimal::from_int64(kMicrosPerDay));
    out = *Decimal::add(Decimal::from_int64(day + kJulianDayOfEpoch), fraction);
  } else if (unit <= Unit::kHour) {
    out = part_of_time(unit, micros);
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

int64_t part_of_months(Unit unit, const Interval& interval) {
  int32_t years = interval.months / 12;
  switch (unit) {
    case Unit::kDay:
      return interval.days;
    case Unit::kMonth:
      return interval.months % 12;
    case Unit::kQuarter:
      return interval.months % 12 / 3 + 1;
    case Unit::kYear:
      return years;
    case Unit::kDecade:
      return years / 10;
    case Unit::kCentury:
      return years / 100;
    default:
      return years / 1000;
  }
}

Failure from_interval(Decimal& out, int32_t unit_number, const Interval& interval) {
  auto unit = static_cast<Unit>(unit_number);
  if (unit == Unit::kEpoch) {
    out = interval_epoch(interval);
  } else if (unit <= Unit::kHour) {
    out = part_of_time(unit, interval.micros);
  } else {
    out = Decimal::from_int64(part_of_months(unit, interval));
  }
  return kNoFailure;
}

std::string_view unit_text(const Literal& literal) {
  return literal.value()->values_of<TypeKind::kText>()[0];
}

std::optional<std::string> check(std::span<const ExpressionPtr> arguments) {
  const Literal* literal = as_literal(*arguments[0]);
  if (!literal || literal->is_null()) return "the unit to extract must be a constant";
  const UnitName* unit = find_unit(unit_text(*literal));
  TypeKind kind = arguments[1]->type().kind;
  std::string of_type = " for type " + to_string(Type{kind});
  std::string quoted = "unit \"" + lower_case(unit_text(*literal)) + "\"";
  if (!unit) return quoted + " not recognized" + of_type + " (SQLSTATE 22023)";
  bool supported =
      kind == TypeKind::kTimestamptz || (kind == TypeKind::kDate ? unit->of_date : unit->of_interval);
  if (!supported) return quoted + " not supported" + of_type + " (SQLSTATE 0A000)";
  return std::nullopt;
}

/// Looks the unit up once, when the expression is bound; `check` has seen that it exists.
template <auto F>
ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  const UnitName* unit = find_unit(unit_text(*as_literal(*arguments[0])));
  arguments[0] = Literal::integer(static_cast<int32_t>(unit->unit));
  return make_kernel<F>(result, std::move(arguments));
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kTimestamptz}, kNumeric, &make<&from_timestamp>},
    {{kText, kDate}, kNumeric, &make<&from_date>},
    {{kText, kInterval}, kNumeric, &make<&from_interval>},
};

}  // namespace

const FunctionSpec& extract_spec() {
  static const FunctionSpec spec{
      .name = "extract",
      .signature = "extract(unit FROM timestamptz | date | interval) → numeric",
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

#include <cmath>

#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kDateField{"22008", "date field value out of range"};
constexpr FailureText kTimeField{"22008", "time field value out of range"};

Failure make_date(int32_t& out, int32_t year, int32_t month, int32_t day) {
  bool exists =
      year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
  if (!exists) return &kDateField;
  out = static_cast<int32_t>(days_from_civil({year, month, day}));
  return kNoFailure;
}

/// Up to 24:00:00; 60 seconds are the next minute.
Failure make_time(int64_t& out, int32_t hour, int32_t minute, double second) {
  double micros = std::rint(second * 1e6);
  bool exists = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && micros >= 0 &&
                micros <= static_cast<double>(kMicrosPerMinute);
  if (!exists) return &kTimeField;
  out = hour * kMicrosPerHour + minute * kMicrosPerMinute + static_cast<int64_t>(micros);
  return out <= kMicrosPerDay ? kNoFailure : &kTimeField;
}

Failure make_timestamp(int64_t& out, int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                       double second) {
  int32_t date = 0;
  int64_t time = 0;
  if (Failure failure = make_date(date, year, month, day)) return failure;
  if (Failure failure = make_time(time, hour, minute, second)) return failure;
  out = date * kMicrosPerDay + time;
  return out <= kTimestampMax ? kNoFailure : &failures::kTimestampRange;
}

using enum TypeKind;

constexpr Overload kDates[] = {{{kInteger, kInteger, kInteger}, kDate, &make_kernel<&make_date>}};
constexpr Overload kTimes[] = {{{kInteger, kInteger, kDouble}, kTime, &make_kernel<&make_time>}};
constexpr Overload timestamp_overload(TypeKind result) {
  return {{kInteger, kInteger, kInteger, kInteger, kInteger, kDouble}, result, &make_kernel<&make_timestamp>};
}
constexpr Overload kTimestamps[] = {timestamp_overload(kTimestamp)};
constexpr Overload kInstants[] = {timestamp_overload(kTimestamptz)};

}  // namespace

const FunctionSpec& make_date_spec() {
  static const FunctionSpec spec{
      .name = "make_date",
      .signature = "make_date(year integer, month integer, day integer) → date",
      .summary = "The date of these numbers.",
      .example = "make_date(2026, 7, 15)",
      .overloads = kDates,
  };
  return spec;
}
PACTOLUS_REGISTER(make_date);

const FunctionSpec& make_time_spec() {
  static const FunctionSpec spec{
      .name = "make_time",
      .signature = "make_time(hour integer, minute integer, second double precision) → time",
      .summary = "The time of day of these numbers.",
      .example = "make_time(8, 15, 23.5)",
      .overloads = kTimes,
  };
  return spec;
}
PACTOLUS_REGISTER(make_time);

const FunctionSpec& make_timestamptz_spec() {
  static const FunctionSpec spec{
      .name = "make_timestamptz",
      .signature =
          "make_timestamptz(year integer, month integer, day integer, hour integer, minute integer, "
          "second double precision) → timestamptz",
      .summary = "The time of these numbers, in UTC.",
      .example = "make_timestamptz(2026, 7, 15, 8, 15, 23.5)",
      .overloads = kInstants,
  };
  return spec;
}
PACTOLUS_REGISTER(make_timestamptz);

const FunctionSpec& make_timestamp_spec() {
  static const FunctionSpec spec{
      .name = "make_timestamp",
      .signature =
          "make_timestamp(year integer, month integer, day integer, hour integer, minute integer, "
          "second double precision) → timestamp",
      .summary = "The time of these numbers, without a zone.",
      .example = "make_timestamp(2026, 7, 15, 8, 15, 23.5)",
      .overloads = kTimestamps,
  };
  return spec;
}
PACTOLUS_REGISTER(make_timestamp);

}  // namespace pactolus

#include "expr/nodes/temporal.h"

#include "data/interval_scaling.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/timestamp_shift.h"

namespace pactolus {
namespace {

Failure check_date(int32_t& out, int64_t day) {
  if (day < kDateMin || day > kDateMax) return &failures::kDateRange;
  out = static_cast<int32_t>(day);
  return kNoFailure;
}

Failure date_plus_days(int32_t& out, int32_t date, int32_t days) {
  return check_date(out, static_cast<int64_t>(date) + days);
}

Failure days_plus_date(int32_t& out, int32_t days, int32_t date) { return date_plus_days(out, date, days); }

Failure date_minus_days(int32_t& out, int32_t date, int32_t days) {
  return check_date(out, static_cast<int64_t>(date) - days);
}

Failure date_minus_date(int32_t& out, int32_t a, int32_t b) {
  return __builtin_sub_overflow(a, b, &out) ? &failures::kDateRange : kNoFailure;
}

Failure timestamp_plus(int64_t& out, int64_t timestamp, const Interval& interval) {
  return add_interval(out, timestamp, interval);
}

Failure plus_timestamp(int64_t& out, const Interval& interval, int64_t timestamp) {
  return add_interval(out, timestamp, interval);
}

Failure timestamp_minus(int64_t& out, int64_t timestamp, const Interval& interval) {
  Interval negated;
  if (!negate_interval(negated, interval)) return &failures::kIntervalRange;
  return add_interval(out, timestamp, negated);
}

Failure date_plus(int64_t& out, int32_t date, const Interval& interval) {
  return add_interval(out, date * kMicrosPerDay, interval);
}

Failure plus_date(int64_t& out, const Interval& interval, int32_t date) {
  return date_plus(out, date, interval);
}

Failure date_minus(int64_t& out, int32_t date, const Interval& interval) {
  return timestamp_minus(out, date * kMicrosPerDay, interval);
}

/// Whole days of 24 hours and the rest, as PostgreSQL's interval_justify_hours leaves it.
Failure timestamp_minus_timestamp(Interval& out, int64_t a, int64_t b) {
  int64_t micros;
  if (__builtin_sub_overflow(a, b, &micros)) return &failures::kIntervalRange;
  out = {.months = 0, .days = static_cast<int32_t>(micros / kMicrosPerDay), .micros = micros % kMicrosPerDay};
  return kNoFailure;
}

Failure date_plus_time(int64_t& out, int32_t date, int64_t time) {
  out = date * kMicrosPerDay + time;
  return out > kTimestampMax ? &failures::kTimestampRange : kNoFailure;
}

Failure time_plus_date(int64_t& out, int64_t time, int32_t date) { return date_plus_time(out, date, time); }

Failure time_plus(int64_t& out, int64_t time, const Interval& interval) {
  return turn_clock(out, time, interval);
}

Failure plus_time(int64_t& out, const Interval& interval, int64_t time) {
  return time_plus(out, time, interval);
}

Failure time_minus(int64_t& out, int64_t time, const Interval& interval) {
  return turn_clock(out, time, {.months = 0, .days = 0, .micros = -(interval.micros % kMicrosPerDay)});
}

Failure time_minus_time(Interval& out, int64_t a, int64_t b) {
  out = {.months = 0, .days = 0, .micros = a - b};
  return kNoFailure;
}

Failure interval_plus(Interval& out, const Interval& a, const Interval& b) {
  return add_intervals(out, a, b) ? kNoFailure : &failures::kIntervalRange;
}

Failure interval_minus(Interval& out, const Interval& a, const Interval& b) {
  return subtract_intervals(out, a, b) ? kNoFailure : &failures::kIntervalRange;
}

Failure negate(Interval& out, const Interval& a) {
  return negate_interval(out, a) ? kNoFailure : &failures::kIntervalRange;
}

Failure interval_times(Interval& out, const Interval& interval, double factor) {
  return multiply_interval(out, interval, factor) ? kNoFailure : &failures::kIntervalRange;
}

Failure times_interval(Interval& out, double factor, const Interval& interval) {
  return interval_times(out, interval, factor);
}

Failure interval_divided(Interval& out, const Interval& interval, double divisor) {
  if (divisor == 0) return &failures::kDivisionByZero;
  return divide_interval(out, interval, divisor) ? kNoFailure : &failures::kIntervalRange;
}

constexpr TypeKind kInt = TypeKind::kInteger;
constexpr TypeKind kDbl = TypeKind::kDouble;
constexpr TypeKind kDay = TypeKind::kDate;
constexpr TypeKind kTime = TypeKind::kTimestamp;
constexpr TypeKind kClock = TypeKind::kTime;
constexpr TypeKind kInstant = TypeKind::kTimestamptz;
constexpr TypeKind kSpan = TypeKind::kInterval;

constexpr OperatorOverload kOperators[] = {
    {"+", {{kDay, kInt}, kDay, &make_kernel<&date_plus_days>}},
    {"+", {{kInt, kDay}, kDay, &make_kernel<&days_plus_date>}},
    {"+", {{kDay, kSpan}, kTime, &make_kernel<&date_plus>}},
    {"+", {{kSpan, kDay}, kTime, &make_kernel<&plus_date>}},
    {"+", {{kTime, kSpan}, kTime, &make_kernel<&timestamp_plus>}},
    {"+", {{kInstant, kSpan}, kInstant, &make_kernel<&timestamp_plus>}},
    {"+", {{kSpan, kTime}, kTime, &make_kernel<&plus_timestamp>}},
    {"+", {{kSpan, kInstant}, kInstant, &make_kernel<&plus_timestamp>}},
    {"+", {{kSpan, kSpan}, kSpan, &make_kernel<&interval_plus>}},
    {"+", {{kDay, kClock}, kTime, &make_kernel<&date_plus_time>}},
    {"+", {{kClock, kDay}, kTime, &make_kernel<&time_plus_date>}},
    {"+", {{kClock, kSpan}, kClock, &make_kernel<&time_plus>}},
    {"+", {{kSpan, kClock}, kClock, &make_kernel<&plus_time>}},
    {"-", {{kClock, kSpan}, kClock, &make_kernel<&time_minus>}},
    {"-", {{kClock, kClock}, kSpan, &make_kernel<&time_minus_time>}},
    {"-", {{kDay, kDay}, kInt, &make_kernel<&date_minus_date>}},
    {"-", {{kDay, kInt}, kDay, &make_kernel<&date_minus_days>}},
    {"-", {{kDay, kSpan}, kTime, &make_kernel<&date_minus>}},
    {"-", {{kTime, kSpan}, kTime, &make_kernel<&timestamp_minus>}},
    {"-", {{kInstant, kSpan}, kInstant, &make_kernel<&timestamp_minus>}},
    {"-", {{kTime, kTime}, kSpan, &make_kernel<&timestamp_minus_timestamp>}},
    {"-", {{kInstant, kInstant}, kSpan, &make_kernel<&timestamp_minus_timestamp>}},
    {"-", {{kSpan, kSpan}, kSpan, &make_kernel<&interval_minus>}},
    {"-", {{kSpan}, kSpan, &make_kernel<&negate>}},
    {"*", {{kSpan, kDbl}, kSpan, &make_kernel<&interval_times>}},
    {"*", {{kDbl, kSpan}, kSpan, &make_kernel<&times_interval>}},
    {"/", {{kSpan, kDbl}, kSpan, &make_kernel<&interval_divided>}},
};

}  // namespace

std::span<const OperatorOverload> temporal_operators() { return kOperators; }

}  // namespace pactolus

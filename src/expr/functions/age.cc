#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// From the earlier to the later time: PostgreSQL's timestamptz_age (timestamp.c). Days are borrowed from the
/// earlier one's month.
Interval elapsed(int64_t earlier, int64_t later) {
  auto [first_day, first_micros] = split_timestamp(earlier);
  auto [last_day, last_micros] = split_timestamp(later);
  CivilDate first = civil_from_days(first_day);
  CivilDate last = civil_from_days(last_day);
  int64_t micros = last_micros - first_micros;
  int32_t days = last.day - first.day;
  auto months = static_cast<int32_t>((last.year - first.year) * 12 + last.month - first.month);
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  if (days < 0) {
    days += days_in_month(first.year, first.month);
    --months;
  }
  return {months, days, micros};
}

Failure age(Interval& out, int64_t to, int64_t from) {
  out = elapsed(std::min(from, to), std::max(from, to));
  if (to < from) out = {-out.months, -out.days, -out.micros};
  return kNoFailure;
}

/// Those that are here only to be refused: they count to the present day.
ExpressionPtr make_null(Type result, std::vector<ExpressionPtr>) { return Literal::null(result); }

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  if (arguments.size() == 2) return std::nullopt;
  return Refusal{"age with one argument depends on the clock: a replay would give another result",
                 "write age(event_time(), …)"};
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kTimestamptz, kTimestamptz}, kInterval, &make_kernel<&age>},
    {{kTimestamp, kTimestamp}, kInterval, &make_kernel<&age>},
    {{kTimestamptz}, kInterval, &make_null},
    {{kTimestamp}, kInterval, &make_null},
};

}  // namespace

const FunctionSpec& age_spec() {
  static const FunctionSpec spec{
      .name = "age",
      .signature = "age(to timestamptz | timestamp, from the same) → interval",
      .summary = "The years, months, days and time from one time to another by the calendar, in UTC.",
      .example = "age(timestamptz '2026-03-01', timestamptz '2024-02-29')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(age);

}  // namespace pactolus

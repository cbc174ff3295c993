#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr int32_t kDaysPerMonth = 30;

/// Moves whole larger units out of the smaller part. False: the larger one overflows.
template <class Large, class Small>
bool carry(Large& large, Small& small, Small units) {
  bool overflows = __builtin_add_overflow(large, static_cast<Large>(small / units), &large);
  small %= units;
  return !overflows;
}

/// Makes the smaller part's sign that of the larger one, which is not zero.
template <class Large, class Small>
void agree(Large& large, Small& small, Small units) {
  if (large > 0 && small < 0) {
    small += units;
    --large;
  } else if (large < 0 && small > 0) {
    small -= units;
    ++large;
  }
}

Failure justify_hours(Interval& out, const Interval& interval) {
  out = interval;
  if (!carry(out.days, out.micros, kMicrosPerDay)) return &failures::kIntervalRange;
  agree(out.days, out.micros, kMicrosPerDay);
  return kNoFailure;
}

Failure justify_days(Interval& out, const Interval& interval) {
  out = interval;
  if (!carry(out.months, out.days, kDaysPerMonth)) return &failures::kIntervalRange;
  agree(out.months, out.days, kDaysPerMonth);
  return kNoFailure;
}

/// PostgreSQL's interval_justify_interval (timestamp.c).
Failure justify_interval(Interval& out, const Interval& interval) {
  out = interval;
  bool same_sign = (out.days > 0 && out.micros > 0) || (out.days < 0 && out.micros < 0);
  bool fits = (!same_sign || carry(out.months, out.days, kDaysPerMonth)) &&
              carry(out.days, out.micros, kMicrosPerDay) && carry(out.months, out.days, kDaysPerMonth);
  if (!fits) return &failures::kIntervalRange;
  if (out.months > 0 && (out.days < 0 || (out.days == 0 && out.micros < 0))) {
    out.days += kDaysPerMonth;
    --out.months;
  } else if (out.months < 0 && (out.days > 0 || (out.days == 0 && out.micros > 0))) {
    out.days -= kDaysPerMonth;
    ++out.months;
  }
  agree(out.days, out.micros, kMicrosPerDay);
  return kNoFailure;
}

using enum TypeKind;

template <auto F>
constexpr Overload kOverloads[] = {{{kInterval}, kInterval, &make_kernel<F>}};

}  // namespace

const FunctionSpec& justify_hours_spec() {
  static const FunctionSpec spec{
      .name = "justify_hours",
      .signature = "justify_hours(interval) → interval",
      .summary = "24 hours become a day.",
      .example = "justify_hours(interval '27 hours')",
      .overloads = kOverloads<&justify_hours>,
  };
  return spec;
}
PACTOLUS_REGISTER(justify_hours);

const FunctionSpec& justify_days_spec() {
  static const FunctionSpec spec{
      .name = "justify_days",
      .signature = "justify_days(interval) → interval",
      .summary = "30 days become a month.",
      .example = "justify_days(interval '35 days')",
      .overloads = kOverloads<&justify_days>,
  };
  return spec;
}
PACTOLUS_REGISTER(justify_days);

const FunctionSpec& justify_interval_spec() {
  static const FunctionSpec spec{
      .name = "justify_interval",
      .signature = "justify_interval(interval) → interval",
      .summary = "Both, and all parts get the same sign.",
      .example = "justify_interval(interval '1 month -1 hour')",
      .overloads = kOverloads<&justify_interval>,
  };
  return spec;
}
PACTOLUS_REGISTER(justify_interval);

}  // namespace pactolus

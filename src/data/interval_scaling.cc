#include "data/interval_scaling.h"

#include <cmath>
#include <limits>

namespace pactolus {
namespace {

/// PostgreSQL's TSROUND: to a microsecond.
double round_to_micros(double seconds) { return std::rint(seconds * 1e6) / 1e6; }

template <class T>
bool truncate_to(T& out, double value) {
  constexpr double kEnd = -static_cast<double>(std::numeric_limits<T>::min());  // exact; min itself fits
  if (!(value >= -kEnd && value < kEnd)) return false;
  out = static_cast<T>(value);
  return true;
}

/// PostgreSQL's interval_mul and interval_div (timestamp.c), which differ only in `scale`: each part is
/// scaled by itself, and fractions of months and days cascade down, a month being 30 days.
template <class Scale>
bool scale_interval(Interval& out, const Interval& span, Scale scale) {
  constexpr double kDaySeconds = 86400;
  if (!truncate_to(out.months, scale(span.months)) || !truncate_to(out.days, scale(span.days))) {
    return false;
  }
  double days = round_to_micros((scale(span.months) - out.months) * 30);
  double seconds = round_to_micros((scale(span.days) - out.days + days - std::trunc(days)) * kDaySeconds);
  int32_t whole_days = 0;
  if (std::abs(seconds) >= kDaySeconds) {
    whole_days = static_cast<int32_t>(seconds / kDaySeconds);
    seconds -= whole_days * kDaySeconds;
  }
  bool overflows =
      __builtin_add_overflow(out.days, whole_days, &out.days) ||
      __builtin_add_overflow(out.days, static_cast<int32_t>(days), &out.days) ||
      !truncate_to(out.micros, std::rint(scale(static_cast<double>(span.micros)) + seconds * 1e6));
  return !overflows;
}

}  // namespace

bool add_intervals(Interval& out, const Interval& a, const Interval& b) {
  return !__builtin_add_overflow(a.months, b.months, &out.months) &&
         !__builtin_add_overflow(a.days, b.days, &out.days) &&
         !__builtin_add_overflow(a.micros, b.micros, &out.micros);
}

bool subtract_intervals(Interval& out, const Interval& a, const Interval& b) {
  return !__builtin_sub_overflow(a.months, b.months, &out.months) &&
         !__builtin_sub_overflow(a.days, b.days, &out.days) &&
         !__builtin_sub_overflow(a.micros, b.micros, &out.micros);
}

bool multiply_interval(Interval& out, const Interval& span, double factor) {
  return scale_interval(out, span, [factor](double part) { return part * factor; });
}

bool divide_interval(Interval& out, const Interval& span, double divisor) {
  return scale_interval(out, span, [divisor](double part) { return part / divisor; });
}

}  // namespace pactolus

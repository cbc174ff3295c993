#include <cmath>

#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// out + factor * unit; false if it overflows.
template <class T>
bool add_product(T& out, int32_t factor, T unit) {
  T product;
  return !__builtin_mul_overflow(factor, unit, &product) && !__builtin_add_overflow(out, product, &out);
}

Failure make_interval(Interval& out, int32_t years, int32_t months, int32_t weeks, int32_t days,
                      int32_t hours, int32_t minutes, double seconds) {
  double micros = std::rint(seconds * 1e6);
  if (!(std::abs(micros) < 0x1p63)) return &failures::kIntervalRange;
  out = {months, days, static_cast<int64_t>(micros)};
  bool fits = add_product(out.months, years, 12) && add_product(out.days, weeks, 7) &&
              add_product(out.micros, hours, kMicrosPerHour) &&
              add_product(out.micros, minutes, kMicrosPerMinute);
  return fits ? kNoFailure : &failures::kIntervalRange;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kInteger, kInteger, kInteger, kInteger, kInteger, kInteger, kDouble},
                                    kInterval,
                                    &make_kernel<&make_interval>}};

constexpr std::string_view kParameters[] = {"years", "months", "weeks", "days", "hours", "mins", "secs"};

}  // namespace

const FunctionSpec& make_interval_spec() {
  static const FunctionSpec spec{
      .name = "make_interval",
      .signature =
          "make_interval(years, months, weeks, days, hours, mins integer, secs double precision) → "
          "interval",
      .summary = "The interval of these numbers. Each may be left out and given by name: days => 3.",
      .example = "make_interval(days => 3, mins => 30)",
      .overloads = kOverloads,
      .parameters = kParameters,
  };
  return spec;
}
PACTOLUS_REGISTER(make_interval);

}  // namespace pactolus

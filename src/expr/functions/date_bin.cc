#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kMonths{"0A000",
                              "timestamps cannot be binned into intervals containing months or years"};
constexpr FailureText kNotPositive{"22008", "stride must be greater than zero"};

/// PostgreSQL's timestamptz_bin (timestamp.c).
Failure bin(int64_t& out, const Interval& stride, int64_t timestamp, int64_t origin) {
  if (stride.months != 0) return &kMonths;
  int64_t micros = 0;
  if (__builtin_mul_overflow(int64_t{stride.days}, kMicrosPerDay, &micros) ||
      __builtin_add_overflow(micros, stride.micros, &micros)) {
    return &failures::kIntervalRange;
  }
  if (micros <= 0) return &kNotPositive;
  if (__builtin_mul_overflow(floor_divide(timestamp - origin, micros), micros, &out)) {
    return &failures::kTimestampRange;
  }
  bool fits = !__builtin_add_overflow(out, origin, &out) && out >= kTimestampMin && out <= kTimestampMax;
  return fits ? kNoFailure : &failures::kTimestampRange;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kInterval, kTimestamptz, kTimestamptz}, kTimestamptz, &make_kernel<&bin>},
    {{kInterval, kTimestamp, kTimestamp}, kTimestamp, &make_kernel<&bin>},
};

}  // namespace

const FunctionSpec& date_bin_spec() {
  static const FunctionSpec spec{
      .name = "date_bin",
      .signature = "date_bin(stride interval, timestamptz | timestamp, origin the same) → the same",
      .summary =
          "The begin of the span of that length, one of those that start at the origin, that the time "
          "lies in.",
      .example = "date_bin('15 minutes', timestamptz '2026-01-01T10:20:30Z', timestamptz '2026-01-01')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(date_bin);

}  // namespace pactolus

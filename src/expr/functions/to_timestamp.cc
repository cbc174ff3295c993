#include <cmath>

#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// PostgreSQL's float8_timestamptz (timestamp.c), which rounds the distance to its own epoch, 2000-01-01.
Failure timestamp_of(int64_t& out, double seconds) {
  constexpr int64_t kEpochSeconds = days_from_civil({2000, 1, 1}) * (kMicrosPerDay / kMicrosPerSecond);
  bool fits = seconds >= static_cast<double>(kTimestampMin / kMicrosPerSecond) &&
              seconds <= static_cast<double>(kTimestampMax / kMicrosPerSecond + 1);
  if (!fits) return &failures::kTimestampRange;  // NaN, too
  double micros = std::rint((seconds - static_cast<double>(kEpochSeconds)) * 1e6);
  out = static_cast<int64_t>(micros) + kEpochSeconds * kMicrosPerSecond;
  return out >= kTimestampMin && out <= kTimestampMax ? kNoFailure : &failures::kTimestampRange;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kDouble}, kTimestamptz, &make_kernel<&timestamp_of>}};

}  // namespace

const FunctionSpec& to_timestamp_spec() {
  static const FunctionSpec spec{
      .name = "to_timestamp",
      .signature = "to_timestamp(double precision) → timestamptz",
      .summary = "The time so many seconds after 1970-01-01 00:00 UTC.",
      .example = "to_timestamp(1284352323)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(to_timestamp);

}  // namespace pactolus

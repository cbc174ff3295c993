#include "data/calendar.h"
#include "expr/nodes/in_zone.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kLongZone{"22023", "interval time zone must not include months or days"};

/// PostgreSQL drops what an offset has below a second.
Failure shift(int64_t& out, const Interval& offset, int64_t time, int sign) {
  if (offset.months != 0 || offset.days != 0) return &kLongZone;
  int64_t micros = offset.micros / kMicrosPerSecond * kMicrosPerSecond;
  if (__builtin_mul_overflow(micros, sign, &micros) || __builtin_add_overflow(time, micros, &out)) {
    return &failures::kTimestampRange;
  }
  return out >= kTimestampMin && out <= kTimestampMax ? kNoFailure : &failures::kTimestampRange;
}

Failure local_by_offset(int64_t& out, const Interval& offset, int64_t instant) {
  return shift(out, offset, instant, 1);
}

Failure instant_by_offset(int64_t& out, const Interval& offset, int64_t local) {
  return shift(out, offset, local, -1);
}

using Conversion = Failure (*)(int64_t& out, int64_t time, const TimeZone& zone);

template <Conversion kConversion>
ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  auto convert = [](int64_t& out, int64_t time, const TimeZone& zone) {
    return kConversion(out, time, zone);
  };
  return std::make_unique<InZone<decltype(convert)>>(result, std::move(arguments[1]), std::move(arguments[0]),
                                                     convert);
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  if (arguments[0]->type() == kIntervalType) return std::nullopt;
  return refuse_zone(arguments, 0);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kTimestamptz}, kTimestamp, &make<&local_of_instant>},
    {{kText, kTimestamp}, kTimestamptz, &make<&instant_of_local>},
    {{kInterval, kTimestamptz}, kTimestamp, &make_kernel<&local_by_offset>},
    {{kInterval, kTimestamp}, kTimestamptz, &make_kernel<&instant_by_offset>},
};

}  // namespace

const FunctionSpec& timezone_spec() {
  static const FunctionSpec spec{
      .name = "timezone",
      .signature =
          "timezone(zone text | interval, timestamptz | timestamp) → the other, or time AT TIME ZONE zone",
      .summary =
          "What the clocks of a zone show at an instant, and the instant at which they show a time. Of a "
          "time "
          "that they skip the offset before counts, of one that they show twice the offset after.",
      .example = "timezone('Europe/Berlin', timestamptz '2026-07-01T10:20:30Z')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(timezone);

}  // namespace pactolus

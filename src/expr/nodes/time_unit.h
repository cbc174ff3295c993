#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "data/time_unit.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/refusal.h"

namespace pactolus {

/// The unit that a constant argument names; none for NULL.
std::optional<TimeUnit> constant_unit(const Expression& argument);
/// Why a function cannot take this argument as the unit of a time of type `kind`, with PostgreSQL's words.
/// `supports` says which units it knows and, of those, which it has for the type.
enum class UnitSupport : uint8_t { kUnknown, kNotForType, kSupported };
std::optional<Refusal> refuse_unit(const Expression& argument, TypeKind kind,
                                   UnitSupport (*supports)(TimeUnit unit, TypeKind kind));

/// The kernel F(out, unit as int32_t, …), with the unit looked up once; NULL for the unit NULL. What
/// `refuse_unit` let through.
template <auto F>
ExpressionPtr make_of_unit(Type result, std::vector<ExpressionPtr> arguments) {
  std::optional<TimeUnit> unit = constant_unit(*arguments[0]);
  arguments[0] = unit ? Literal::integer(static_cast<int32_t>(*unit)) : Literal::null(kIntegerType);
  return make_kernel<F>(result, std::move(arguments));
}

/// Where a unit that can be extracted is supported.
UnitSupport can_extract(TimeUnit unit, TypeKind kind);

inline constexpr int64_t kJulianDayOfEpoch = 2440588;

/// 1 for Monday to 7 for Sunday, of a day since 1970-01-01.
int64_t iso_day_of_week(int64_t day);
/// The units of a date, which are whole numbers; 0 for those of a time zone, in UTC.
int64_t part_of_day(TimeUnit unit, int64_t day);
/// Minutes or hours of a time of day or of an interval's time.
int64_t part_of_time(TimeUnit unit, int64_t micros);
/// The units of an interval that are whole numbers, but those of its time.
int64_t part_of_months(TimeUnit unit, const Interval& interval);

}  // namespace pactolus

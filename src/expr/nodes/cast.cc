#include "expr/nodes/cast.h"

#include <cmath>
#include <limits>

#include "data/calendar.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/text_cast.h"
#include "expr/overload.h"

namespace pactolus {
namespace {

template <class From, class To>
Failure widen(To& out, From value) {
  out = static_cast<To>(value);
  return kNoFailure;
}

Failure bigint_to_integer(int32_t& out, int64_t value) {
  out = static_cast<int32_t>(value);
  return out == value ? kNoFailure : &failures::kIntegerRange;
}

Failure whole_to_numeric(Decimal& out, int64_t value) {
  out = Decimal::from_int64(value);
  return kNoFailure;
}

Failure integer_to_numeric(Decimal& out, int32_t value) { return whole_to_numeric(out, value); }

Failure numeric_to_bigint(int64_t& out, const Decimal& value) {
  std::optional<int64_t> whole = value.to_int64();
  if (!whole) return &failures::kBigintRange;
  out = *whole;
  return kNoFailure;
}

Failure numeric_to_integer(int32_t& out, const Decimal& value) {
  std::optional<int64_t> whole = value.to_int64();
  if (!whole) return &failures::kIntegerRange;
  return bigint_to_integer(out, *whole);
}

Failure numeric_to_double(double& out, const Decimal& value) {
  out = value.to_double();
  return out == 0 && value.coefficient() != 0 ? &failures::kDoubleUnderflow : kNoFailure;
}

/// Rounds half to even, as PostgreSQL's float8 → integer casts do.
template <class To>
Failure double_to_whole(To& out, double value) {
  constexpr double kEnd = -static_cast<double>(std::numeric_limits<To>::min());
  double whole = std::rint(value);
  if (!(whole >= -kEnd && whole < kEnd)) {
    return sizeof(To) == 4 ? &failures::kIntegerRange : &failures::kBigintRange;
  }
  out = static_cast<To>(whole);
  return kNoFailure;
}

Failure double_to_numeric(Decimal& out, double value) {
  if (!std::isfinite(value)) return &failures::kNotFinite;
  std::optional<Decimal> result = Decimal::from_double(value);
  if (!result) return &failures::kNumericRange;
  out = *result;
  return kNoFailure;
}

Failure integer_to_boolean(uint8_t& out, int32_t value) {
  out = value != 0;
  return kNoFailure;
}

Failure date_to_timestamp(int64_t& out, int32_t date) {
  out = date * kMicrosPerDay;
  return kNoFailure;
}

Failure timestamp_to_date(int32_t& out, int64_t timestamp) {
  out = static_cast<int32_t>(floor_divide(timestamp, kMicrosPerDay));
  return kNoFailure;
}

Failure fit(Decimal& out, const Decimal& value, int32_t precision, int32_t scale) {
  std::optional<Decimal> rounded = value.round(scale);
  if (!rounded || !rounded->fits(precision, scale)) return &failures::kNumericField;
  out = *rounded;
  return kNoFailure;
}

using enum TypeKind;
using enum CastContext;

struct Cast {
  TypeKind from;
  TypeKind to;
  CastContext context;
  Overload::Make make;
};

/// pg_cast of our types, without those from and to text.
constexpr Cast kCasts[] = {
    {kInteger, kBigint, kImplicit, &make_kernel<&widen<int32_t, int64_t>>},
    {kInteger, kDouble, kImplicit, &make_kernel<&widen<int32_t, double>>},
    {kInteger, kNumeric, kImplicit, &make_kernel<&integer_to_numeric>},
    {kInteger, kBoolean, kExplicit, &make_kernel<&integer_to_boolean>},
    {kBoolean, kInteger, kExplicit, &make_kernel<&widen<uint8_t, int32_t>>},
    {kBigint, kInteger, kAssignment, &make_kernel<&bigint_to_integer>},
    {kBigint, kDouble, kImplicit, &make_kernel<&widen<int64_t, double>>},
    {kBigint, kNumeric, kImplicit, &make_kernel<&whole_to_numeric>},
    {kDouble, kInteger, kAssignment, &make_kernel<&double_to_whole<int32_t>>},
    {kDouble, kBigint, kAssignment, &make_kernel<&double_to_whole<int64_t>>},
    {kDouble, kNumeric, kAssignment, &make_kernel<&double_to_numeric>},
    {kNumeric, kInteger, kAssignment, &make_kernel<&numeric_to_integer>},
    {kNumeric, kBigint, kAssignment, &make_kernel<&numeric_to_bigint>},
    {kNumeric, kDouble, kImplicit, &make_kernel<&numeric_to_double>},
    {kDate, kTimestamptz, kImplicit, &make_kernel<&date_to_timestamp>},
    {kTimestamptz, kDate, kAssignment, &make_kernel<&timestamp_to_date>},
    // The session's zone is UTC.
    {kDate, kTimestamp, kImplicit, &make_kernel<&date_to_timestamp>},
    {kTimestamp, kDate, kAssignment, &make_kernel<&timestamp_to_date>},
    {kTimestamp, kTimestamptz, kImplicit, &make_kernel<&widen<int64_t, int64_t>>},
    {kTimestamptz, kTimestamp, kAssignment, &make_kernel<&widen<int64_t, int64_t>>},
};

const Cast* find_cast(TypeKind from, TypeKind to) {
  auto found = std::find_if(std::begin(kCasts), std::end(kCasts),
                            [&](const Cast& cast) { return cast.from == from && cast.to == to; });
  return found == std::end(kCasts) ? nullptr : found;
}

}  // namespace

std::optional<CastContext> cast_context(TypeKind from, TypeKind to) {
  if (to == kText) return kAssignment;
  if (from == kText) return kExplicit;
  const Cast* cast = find_cast(from, to);
  return cast ? std::optional(cast->context) : std::nullopt;
}

ExpressionPtr make_cast(ExpressionPtr value, TypeKind to) {
  TypeKind from = value->type().kind;
  if (from == to) return value;
  if (to == kText) return make_to_text(std::move(value));
  if (from == kText) return make_from_text(std::move(value), to);
  const Cast* cast = find_cast(from, to);
  PACTOLUS_CHECK(cast != nullptr);
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(value));
  return cast->make(Type{to}, std::move(arguments));
}

ExpressionPtr make_numeric_fit(ExpressionPtr value, Type numeric) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(value));
  arguments.push_back(Literal::integer(numeric.precision));
  arguments.push_back(Literal::integer(numeric.scale));
  return make_kernel<&fit>(numeric, std::move(arguments));
}

}  // namespace pactolus

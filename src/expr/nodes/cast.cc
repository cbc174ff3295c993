#include "expr/nodes/cast.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "data/array.h"
#include "data/calendar.h"
#include "data/padding.h"
#include "data/text_format.h"
#include "expr/nodes/column_reference.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/jsonb_cast.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/text.h"
#include "expr/nodes/text_cast.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/overload.h"

namespace pactolus {
namespace {

template <class From, class To>
Failure widen(To& out, From value) {
  out = static_cast<To>(value);
  return kNoFailure;
}

template <class From, class To>
Failure narrow(int32_t& out, From value) {
  out = static_cast<To>(value);
  return out == value ? kNoFailure : kOutOfRange<To>;
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

template <class To>
Failure numeric_to_narrow(int32_t& out, const Decimal& value) {
  std::optional<int64_t> whole = value.to_int64();
  return whole ? narrow<int64_t, To>(out, *whole) : kOutOfRange<To>;
}

Failure numeric_to_double(double& out, const Decimal& value) {
  out = value.to_double();
  return out == 0 && value.coefficient() != 0 ? &failures::kDoubleUnderflow : kNoFailure;
}

/// By way of its digits: by way of a double it would be rounded twice.
Failure numeric_to_real(double& out, const Decimal& value) {
  auto read = parse_real(value.to_string());
  if (!read) return &failures::kRealRange;
  out = *read;
  return kNoFailure;
}

template <class From>
Failure whole_to_real(double& out, From value) {
  out = static_cast<float>(value);
  return kNoFailure;
}

Failure double_to_real(double& out, double value) {
  out = static_cast<float>(value);
  if (std::isinf(out) && !std::isinf(value)) return &failures::kDoubleOverflow;
  return out == 0 && value != 0 ? &failures::kDoubleUnderflow : kNoFailure;
}

/// Rounds half to even, as PostgreSQL's casts from real and double precision do.
template <class To, class Slot>
Failure double_to_whole(Slot& out, double value) {
  constexpr double kEnd = -static_cast<double>(std::numeric_limits<To>::min());
  double whole = std::rint(value);
  if (!(whole >= -kEnd && whole < kEnd)) return kOutOfRange<To>;
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

/// With the digits that every float has, six, as PostgreSQL does it.
Failure real_to_numeric(Decimal& out, double value) {
  if (!std::isfinite(value)) return &failures::kNotFinite;
  char digits[32];
  auto end = std::to_chars(digits, std::end(digits), value, std::chars_format::general,
                           std::numeric_limits<float>::digits10)
                 .ptr;
  std::optional<Decimal> result = Decimal::parse({digits, end});
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

Failure time_to_interval(Interval& out, int64_t time) {
  out = {.months = 0, .days = 0, .micros = time};
  return kNoFailure;
}

/// Whole days are left out.
Failure interval_to_time(int64_t& out, const Interval& interval) {
  out = split_timestamp(interval.micros).micros;
  return kNoFailure;
}

Failure timestamp_to_time(int64_t& out, int64_t timestamp) {
  out = split_timestamp(timestamp).micros;
  return kNoFailure;
}

Failure fit(Decimal& out, const Decimal& value, int32_t precision, int32_t scale) {
  std::optional<Decimal> rounded = value.round(scale);
  if (!rounded || !rounded->fits(precision, scale)) return &failures::kNumericField;
  out = *rounded;
  return kNoFailure;
}

Failure keep_text(std::string_view& out, std::string_view text) {
  out = text;
  return kNoFailure;
}

Failure strip_padding(std::string_view& out, std::string_view text) {
  out = without_padding(text);
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

/// pg_cast of our types, without those that write out or read a text.
constexpr Cast kCasts[] = {
    {kSmallint, kInteger, kImplicit, &make_kernel<&widen<int32_t, int32_t>>},
    {kSmallint, kBigint, kImplicit, &make_kernel<&widen<int32_t, int64_t>>},
    {kSmallint, kReal, kImplicit, &make_kernel<&whole_to_real<int32_t>>},
    {kSmallint, kDouble, kImplicit, &make_kernel<&widen<int32_t, double>>},
    {kSmallint, kNumeric, kImplicit, &make_kernel<&integer_to_numeric>},
    {kInteger, kSmallint, kAssignment, &make_kernel<&narrow<int32_t, int16_t>>},
    {kInteger, kReal, kImplicit, &make_kernel<&whole_to_real<int32_t>>},
    {kInteger, kBigint, kImplicit, &make_kernel<&widen<int32_t, int64_t>>},
    {kInteger, kDouble, kImplicit, &make_kernel<&widen<int32_t, double>>},
    {kInteger, kNumeric, kImplicit, &make_kernel<&integer_to_numeric>},
    {kInteger, kBoolean, kExplicit, &make_kernel<&integer_to_boolean>},
    {kBoolean, kInteger, kExplicit, &make_kernel<&widen<uint8_t, int32_t>>},
    {kBigint, kSmallint, kAssignment, &make_kernel<&narrow<int64_t, int16_t>>},
    {kBigint, kInteger, kAssignment, &make_kernel<&narrow<int64_t, int32_t>>},
    {kBigint, kReal, kImplicit, &make_kernel<&whole_to_real<int64_t>>},
    {kBigint, kDouble, kImplicit, &make_kernel<&widen<int64_t, double>>},
    {kBigint, kNumeric, kImplicit, &make_kernel<&whole_to_numeric>},
    {kReal, kSmallint, kAssignment, &make_kernel<&double_to_whole<int16_t, int32_t>>},
    {kReal, kInteger, kAssignment, &make_kernel<&double_to_whole<int32_t, int32_t>>},
    {kReal, kBigint, kAssignment, &make_kernel<&double_to_whole<int64_t, int64_t>>},
    {kReal, kDouble, kImplicit, &make_kernel<&widen<double, double>>},
    {kReal, kNumeric, kAssignment, &make_kernel<&real_to_numeric>},
    {kDouble, kSmallint, kAssignment, &make_kernel<&double_to_whole<int16_t, int32_t>>},
    {kDouble, kInteger, kAssignment, &make_kernel<&double_to_whole<int32_t, int32_t>>},
    {kDouble, kBigint, kAssignment, &make_kernel<&double_to_whole<int64_t, int64_t>>},
    {kDouble, kReal, kAssignment, &make_kernel<&double_to_real>},
    {kDouble, kNumeric, kAssignment, &make_kernel<&double_to_numeric>},
    {kNumeric, kSmallint, kAssignment, &make_kernel<&numeric_to_narrow<int16_t>>},
    {kNumeric, kInteger, kAssignment, &make_kernel<&numeric_to_narrow<int32_t>>},
    {kNumeric, kBigint, kAssignment, &make_kernel<&numeric_to_bigint>},
    {kNumeric, kReal, kImplicit, &make_kernel<&numeric_to_real>},
    {kNumeric, kDouble, kImplicit, &make_kernel<&numeric_to_double>},
    {kJsonb, kBoolean, kExplicit, &make_kernel<&jsonb_to_boolean>},
    {kJsonb, kSmallint, kExplicit, &make_kernel<&jsonb_to_smallint>},
    {kJsonb, kInteger, kExplicit, &make_kernel<&jsonb_to_integer>},
    {kJsonb, kBigint, kExplicit, &make_kernel<&jsonb_to_bigint>},
    {kJsonb, kNumeric, kExplicit, &make_kernel<&jsonb_to_numeric>},
    {kJsonb, kReal, kExplicit, &make_kernel<&jsonb_to_real>},
    {kJsonb, kDouble, kExplicit, &make_kernel<&jsonb_to_double>},
    {kText, kBpchar, kImplicit, &make_kernel<&keep_text>},
    {kBpchar, kText, kImplicit, &make_kernel<&strip_padding>},
    {kDate, kTimestamptz, kImplicit, &make_kernel<&date_to_timestamp>},
    {kTimestamptz, kDate, kAssignment, &make_kernel<&timestamp_to_date>},
    // The session's zone is UTC.
    {kDate, kTimestamp, kImplicit, &make_kernel<&date_to_timestamp>},
    {kTimestamp, kDate, kAssignment, &make_kernel<&timestamp_to_date>},
    {kTimestamp, kTimestamptz, kImplicit, &make_kernel<&widen<int64_t, int64_t>>},
    {kTimestamptz, kTimestamp, kAssignment, &make_kernel<&widen<int64_t, int64_t>>},
    {kTimestamptz, kTime, kAssignment, &make_kernel<&timestamp_to_time>},
    {kTimestamp, kTime, kAssignment, &make_kernel<&timestamp_to_time>},
    {kTime, kInterval, kImplicit, &make_kernel<&time_to_interval>},
    {kInterval, kTime, kAssignment, &make_kernel<&interval_to_time>},
};

Failure cut(std::string_view& out, std::string_view text, int32_t characters) {
  out = text.substr(0, bytes_of_characters(text, static_cast<size_t>(characters)));
  return kNoFailure;
}

Failure pad_or_cut(std::string_view& out, Arena& memory, std::string_view text, int32_t length) {
  const size_t bytes = bytes_of_characters(text, static_cast<size_t>(length));
  out = padded(text.substr(0, bytes), static_cast<uint32_t>(length), memory);
  return kNoFailure;
}

/// Fails where an array would become too long with so many characters in each element.
Failure limit_characters(std::string_view& out, std::string_view array, int32_t length) {
  const ArrayView view(array);
  size_t elements = 0;
  for (size_t i = 0; i < view.size(); ++i) elements += view.is_null(i) ? 0 : 1;
  if (elements > kArrayBytesMax / static_cast<size_t>(length)) return &failures::kArrayTooLong;
  out = array;
  return kNoFailure;
}

const Cast* find_cast(TypeKind from, TypeKind to) {
  auto found = std::find_if(std::begin(kCasts), std::end(kCasts),
                            [&](const Cast& cast) { return cast.from == from && cast.to == to; });
  return found == std::end(kCasts) ? nullptr : found;
}

}  // namespace

std::optional<CastContext> cast_context(TypeKind from, TypeKind to) {
  if (const Cast* cast = find_cast(from, to)) return cast->context;
  if (is_array(from) && is_array(to)) return cast_context(element_of(from), element_of(to));
  if (is_string(to)) return kAssignment;
  return is_string(from) ? std::optional(kExplicit) : std::nullopt;
}

namespace {

/// The value and what belongs to the target type.
std::vector<ExpressionPtr> arguments_of(ExpressionPtr value, std::initializer_list<int32_t> modifiers) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(value));
  for (int32_t modifier : modifiers) arguments.push_back(Literal::integer(modifier));
  return arguments;
}

/// An array of what `change` makes of an expression over the elements.
template <class Change>
ExpressionPtr each_element(ExpressionPtr array, Change change) {
  ExpressionPtr element = make_column_reference(0, element_of(array->type()), true);
  return make_each_element(std::move(array), change(std::move(element)));
}

}  // namespace

ExpressionPtr make_cast(ExpressionPtr value, TypeKind to) {
  TypeKind from = value->type().kind;
  if (from == to) return value;
  if (const Cast* cast = find_cast(from, to)) return cast->make(Type{to}, arguments_of(std::move(value), {}));
  if (is_array(from) && is_array(to)) {
    return each_element(std::move(value), [to](ExpressionPtr element) {
      return make_cast(std::move(element), element_of(to));
    });
  }
  if (is_string(to)) return make_to_text(std::move(value), to);
  PACTOLUS_CHECK(is_string(from));
  return make_from_text(std::move(value), to);
}

ExpressionPtr make_fit(ExpressionPtr value, Type type) {
  const auto length = static_cast<int32_t>(type.length);
  if (is_array(type.kind)) {
    if (type.length > 0) {
      const Type array = value->type();
      value = make_kernel<&limit_characters>(array, arguments_of(std::move(value), {length}));
    }
    return each_element(std::move(value), [type](ExpressionPtr element) {
      return make_fit(std::move(element), element_of(type));
    });
  }
  if (type.kind == kBpchar) return make_kernel<&pad_or_cut>(type, arguments_of(std::move(value), {length}));
  return make_kernel<&fit>(type, arguments_of(std::move(value), {type.precision, type.scale}));
}

ExpressionPtr make_text_fit(ExpressionPtr value, uint32_t characters_max) {
  if (is_array(value->type().kind)) {
    return each_element(std::move(value), [characters_max](ExpressionPtr element) {
      return make_text_fit(std::move(element), characters_max);
    });
  }
  const auto length = static_cast<int32_t>(characters_max);
  return make_kernel<&cut>(kTextType, arguments_of(std::move(value), {length}));
}

}  // namespace pactolus

#include <cmath>
#include <limits>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kCountNotPositive{"2201G", "count must be greater than zero"};
constexpr FailureText kEqualBounds{"2201G", "lower bound cannot equal upper bound"};
constexpr FailureText kNotNumbers{"2201G", "operand, lower bound, and upper bound cannot be NaN"};
constexpr FailureText kInfiniteBounds{"2201G", "lower and upper bounds must be finite"};

Failure behind_last(int32_t& out, int32_t count) {
  return __builtin_add_overflow(count, 1, &out) ? &failures::kIntegerRange : kNoFailure;
}

/// The bucket of a value that is `distance` away from the first bound of buckets that cover `width`; with
/// PostgreSQL's rounding of the quotient.
Failure bucket_at(int32_t& out, const std::optional<Decimal>& distance, const std::optional<Decimal>& width,
                  int32_t count) {
  if (!distance || !width) return &failures::kNumericRange;
  std::optional<Decimal> product = Decimal::multiply(*distance, Decimal::from_int64(count));
  std::optional<Decimal> below = product ? Decimal::divide(*product, *width) : std::nullopt;
  std::optional<Decimal> whole = below ? below->truncate(0) : std::nullopt;
  if (!whole) return &failures::kNumericRange;
  int64_t bucket = *whole->to_int64() + 1;  // the quotient is at most `count`
  out = static_cast<int32_t>(bucket);
  return bucket == out ? kNoFailure : &failures::kIntegerRange;
}

/// PostgreSQL's width_bucket_numeric (numeric.c).
Failure bucket_of_numeric(int32_t& out, const Decimal& value, const Decimal& from, const Decimal& to,
                          int32_t count) {
  if (count <= 0) return &kCountNotPositive;
  if (from == to) return &kEqualBounds;
  bool ascending = from < to;
  out = 0;
  if (ascending ? value < from : value > from) return kNoFailure;
  if (ascending ? value >= to : value <= to) return behind_last(out, count);
  return ascending ? bucket_at(out, Decimal::subtract(value, from), Decimal::subtract(to, from), count)
                   : bucket_at(out, Decimal::subtract(from, value), Decimal::subtract(from, to), count);
}

/// PostgreSQL's width_bucket_float8 (float.c).
Failure bucket_of_double(int32_t& out, double value, double from, double to, int32_t count) {
  if (count <= 0) return &kCountNotPositive;
  if (std::isnan(value) || std::isnan(from) || std::isnan(to)) return &kNotNumbers;
  if (std::isinf(from) || std::isinf(to)) return &kInfiniteBounds;
  if (from == to) return &kEqualBounds;
  bool ascending = from < to;
  out = 0;
  if (ascending ? value < from : value > from) return kNoFailure;
  if (ascending ? value >= to : value <= to) return behind_last(out, count);
  bool too_wide = std::isinf(count * (to - from));  // PostgreSQL 15 overflows there
  double below = too_wide ? count * ((value / 2 - from / 2) / (to / 2 - from / 2))
                          : count * (value - from) / (to - from);
  out = static_cast<int32_t>(std::min<double>(below + 1, std::numeric_limits<int32_t>::max()));
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric, kNumeric, kNumeric, kInteger}, kInteger, &make_kernel<&bucket_of_numeric>},
    {{kDouble, kDouble, kDouble, kInteger}, kInteger, &make_kernel<&bucket_of_double>},
};

}  // namespace

const FunctionSpec& width_bucket_spec() {
  static const FunctionSpec spec{
      .name = "width_bucket",
      .signature =
          "width_bucket(value, low, high, count integer) → integer, for numeric and double precision",
      .summary =
          "Which of `count` equal buckets from low to high the value falls into, counted from 1; 0 before "
          "the first, count + 1 behind the last.",
      .example = "width_bucket(5.35, 0.024, 10.06, 5)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(width_bucket);

}  // namespace pactolus

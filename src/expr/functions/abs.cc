#include <cmath>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

template <class T>
Failure absolute(T& out, T a) {
  if (a >= 0) {
    out = a;
    return kNoFailure;
  }
  return __builtin_sub_overflow(T{0}, a, &out) ? kOutOfRange<T> : kNoFailure;
}

/// Of a smallint, which lies in an integer's slot.
Failure absolute_smallint(int32_t& out, int32_t a) {
  out = std::abs(a);
  return out == static_cast<int16_t>(out) ? kNoFailure : kOutOfRange<int16_t>;
}

Failure absolute_double(double& out, double a) {
  out = std::abs(a);
  return kNoFailure;
}

Failure absolute_numeric(Decimal& out, const Decimal& a) {
  out = a.is_negative() ? *a.negate() : a;  // negating never leaves the 38 digits
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kSmallint}, kSmallint, &make_kernel<&absolute_smallint>},
    {{kInteger}, kInteger, &make_kernel<&absolute<int32_t>>},
    {{kBigint}, kBigint, &make_kernel<&absolute<int64_t>>},
    {{kNumeric}, kNumeric, &make_kernel<&absolute_numeric>},
    {{kReal}, kReal, &make_kernel<&absolute_double>},
    {{kDouble}, kDouble, &make_kernel<&absolute_double>},
};

}  // namespace

const FunctionSpec& abs_spec() {
  static const FunctionSpec spec{
      .name = "abs",
      .signature = "abs(smallint | integer | bigint | numeric | real | double precision) → the same",
      .summary = "The value without its sign.",
      .example = "abs(-17.4)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(abs);

}  // namespace pactolus

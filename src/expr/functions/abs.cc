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
  constexpr Failure kRange = sizeof(T) == 4 ? &failures::kIntegerRange : &failures::kBigintRange;
  return __builtin_sub_overflow(T{0}, a, &out) ? kRange : kNoFailure;
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
    {{kInteger}, kInteger, &make_kernel<&absolute<int32_t>>},
    {{kBigint}, kBigint, &make_kernel<&absolute<int64_t>>},
    {{kNumeric}, kNumeric, &make_kernel<&absolute_numeric>},
    {{kDouble}, kDouble, &make_kernel<&absolute_double>},
};

}  // namespace

const FunctionSpec& abs_spec() {
  static const FunctionSpec spec{
      .name = "abs",
      .signature = "abs(integer | bigint | numeric | double precision) → the same",
      .summary = "The value without its sign.",
      .example = "abs(-17.4)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(abs);

}  // namespace pactolus

#include <cerrno>
#include <cmath>

#include "data/decimal_functions.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// PostgreSQL's dexp (float.c).
Failure exp_of_double(double& out, double a) {
  errno = 0;
  out = std::exp(a);
  if (!std::isfinite(a)) return kNoFailure;
  if (out == 0) return &failures::kDoubleUnderflow;
  return errno == ERANGE || std::isinf(out) ? &failures::kDoubleOverflow : kNoFailure;
}

Failure exp_of_numeric(Decimal& out, const Decimal& a) {
  std::optional<Decimal> result = exponential(a);
  if (!result) return &failures::kNumericRange;
  out = *result;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&exp_of_numeric>},
    {{kDouble}, kDouble, &make_kernel<&exp_of_double>},
};

}  // namespace

const FunctionSpec& exp_spec() {
  static const FunctionSpec spec{
      .name = "exp",
      .signature = "exp(numeric | double precision) → the same",
      .summary = "e to that power.",
      .example = "exp(1.0)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(exp);

}  // namespace pactolus

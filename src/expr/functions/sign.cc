#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure sign_of_numeric(Decimal& out, const Decimal& a) {
  out = Decimal::from_int64(a.is_zero() ? 0 : (a.is_negative() ? -1 : 1));
  return kNoFailure;
}

Failure sign_of_double(double& out, double a) {
  out = static_cast<double>(a > 0) - static_cast<double>(a < 0);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&sign_of_numeric>},
    {{kDouble}, kDouble, &make_kernel<&sign_of_double>},
};

}  // namespace

const FunctionSpec& sign_spec() {
  static const FunctionSpec spec{
      .name = "sign",
      .signature = "sign(numeric | double precision) → the same",
      .summary = "-1, 0 or 1.",
      .example = "sign(-8.4)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(sign);

}  // namespace pactolus

#include <cmath>

#include "data/decimal_functions.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kNegative{"2201F", "cannot take square root of a negative number"};

Failure root_of_numeric(Decimal& out, const Decimal& a) {
  if (a.is_negative()) return &kNegative;
  std::optional<Decimal> root = square_root(a);
  if (!root) return &failures::kNumericRange;
  out = *root;
  return kNoFailure;
}

Failure root_of_double(double& out, double a) {
  if (a < 0) return &kNegative;
  out = std::sqrt(a);
  return kNoFailure;
}

Failure cube_root(double& out, double a) {
  out = std::cbrt(a);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kSquareRoots[] = {
    {{kNumeric}, kNumeric, &make_kernel<&root_of_numeric>},
    {{kDouble}, kDouble, &make_kernel<&root_of_double>},
};
constexpr Overload kCubeRoots[] = {{{kDouble}, kDouble, &make_kernel<&cube_root>}};

}  // namespace

const FunctionSpec& sqrt_spec() {
  static const FunctionSpec spec{
      .name = "sqrt",
      .signature = "sqrt(numeric | double precision) → the same",
      .summary = "The square root.",
      .example = "sqrt(2.0)",
      .overloads = kSquareRoots,
  };
  return spec;
}
PACTOLUS_REGISTER(sqrt);

const FunctionSpec& cbrt_spec() {
  static const FunctionSpec spec{
      .name = "cbrt",
      .signature = "cbrt(double precision) → double precision",
      .summary = "The cube root.",
      .example = "cbrt(64.0)",
      .overloads = kCubeRoots,
  };
  return spec;
}
PACTOLUS_REGISTER(cbrt);

}  // namespace pactolus

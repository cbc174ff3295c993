#include <cmath>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure ceil_numeric(Decimal& out, const Decimal& a) {
  std::optional<Decimal> cut = a.truncate(0);
  if (cut && a > *cut) cut = Decimal::add(*cut, Decimal::from_int64(1));
  if (!cut) return &failures::kNumericRange;
  out = *cut;
  return kNoFailure;
}

Failure ceil_double(double& out, double a) {
  out = std::ceil(a);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&ceil_numeric>},
    {{kDouble}, kDouble, &make_kernel<&ceil_double>},
};

}  // namespace

const FunctionSpec& ceil_spec() {
  static const FunctionSpec spec{
      .name = "ceil",
      .signature = "ceil(numeric | double precision) → the same",
      .summary = "The nearest whole number that is not less.",
      .example = "ceil(-42.8)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(ceil);

const FunctionSpec& ceiling_spec() {
  static const FunctionSpec spec{
      .name = "ceiling",
      .signature = "ceiling(numeric | double precision) → the same",
      .summary = "Another name of ceil.",
      .example = "ceiling(-42.8)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(ceiling);

}  // namespace pactolus

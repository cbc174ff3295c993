#include <cmath>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure floor_numeric(Decimal& out, const Decimal& a) {
  std::optional<Decimal> cut = a.truncate(0);
  if (cut && a < *cut) cut = Decimal::subtract(*cut, Decimal::from_int64(1));
  if (!cut) return &failures::kNumericRange;
  out = *cut;
  return kNoFailure;
}

Failure floor_double(double& out, double a) {
  out = std::floor(a);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&floor_numeric>},
    {{kDouble}, kDouble, &make_kernel<&floor_double>},
};

}  // namespace

const FunctionSpec& floor_spec() {
  static const FunctionSpec spec{
      .name = "floor",
      .signature = "floor(numeric | double precision) → the same",
      .summary = "The nearest whole number that is not greater.",
      .example = "floor(-42.8)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(floor);

}  // namespace pactolus

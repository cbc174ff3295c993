#include <cmath>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure round_to(Decimal& out, const Decimal& a, int32_t scale) {
  std::optional<Decimal> rounded = a.round(std::clamp(scale, -Decimal::kScaleMax, Decimal::kScaleMax));
  if (!rounded) return &failures::kNumericRange;
  out = *rounded;
  return kNoFailure;
}

Failure round_numeric(Decimal& out, const Decimal& a) { return round_to(out, a, 0); }

Failure round_double(double& out, double a) {
  out = std::rint(a);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&round_numeric>},
    {{kNumeric, kInteger}, kNumeric, &make_kernel<&round_to>},
    {{kDouble}, kDouble, &make_kernel<&round_double>},
};

}  // namespace

const FunctionSpec& round_spec() {
  static const FunctionSpec spec{
      .name = "round",
      .signature = "round(numeric [, integer]) → numeric, round(double precision) → double precision",
      .summary =
          "Rounds to the nearest whole number, or to a number of digits after the point (negative: before "
          "it). A numeric half goes away from zero, a double half to the even neighbour.",
      .example = "round(42.4382, 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(round);

}  // namespace pactolus

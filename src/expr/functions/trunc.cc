#include <cmath>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure truncate_to(Decimal& out, const Decimal& a, int32_t scale) {
  std::optional<Decimal> cut = a.truncate(std::clamp(scale, -Decimal::kScaleMax, Decimal::kScaleMax));
  if (!cut) return &failures::kNumericRange;
  out = *cut;
  return kNoFailure;
}

Failure truncate_numeric(Decimal& out, const Decimal& a) { return truncate_to(out, a, 0); }

Failure truncate_double(double& out, double a) {
  out = std::trunc(a);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric}, kNumeric, &make_kernel<&truncate_numeric>},
    {{kNumeric, kInteger}, kNumeric, &make_kernel<&truncate_to>},
    {{kDouble}, kDouble, &make_kernel<&truncate_double>},
};

}  // namespace

const FunctionSpec& trunc_spec() {
  static const FunctionSpec spec{
      .name = "trunc",
      .signature = "trunc(numeric [, integer]) → numeric, trunc(double precision) → double precision",
      .summary =
          "Cuts towards zero, to a whole number or to a number of digits after the point (negative: before "
          "it).",
      .example = "trunc(42.4382, 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(trunc);

}  // namespace pactolus

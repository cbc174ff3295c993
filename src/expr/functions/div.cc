#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure whole_quotient(Decimal& out, const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return &failures::kDivisionByZero;
  std::optional<Decimal> quotient = Decimal::divide_whole(a, b);
  if (!quotient) return &failures::kNumericRange;
  out = *quotient;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kNumeric, kNumeric}, kNumeric, &make_kernel<&whole_quotient>}};

}  // namespace

const FunctionSpec& div_spec() {
  static const FunctionSpec spec{
      .name = "div",
      .signature = "div(numeric, numeric) → numeric",
      .summary = "The quotient, cut towards zero to a whole number.",
      .example = "div(9, 4)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(div);

}  // namespace pactolus

#include <cerrno>
#include <cmath>

#include "data/decimal_functions.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kZeroToNegative{"2201F", "zero raised to a negative power is undefined"};
constexpr FailureText kNegativeToFraction{
    "2201F", "a negative number raised to a non-integer power yields a complex result"};

/// PostgreSQL's dpow (float.c).
Failure power_of_doubles(double& out, double base, double exponent) {
  if (base == 0 && exponent < 0) return &kZeroToNegative;
  bool fraction = std::floor(exponent) != exponent && !std::isnan(exponent);
  if (base < 0 && fraction) return &kNegativeToFraction;
  errno = 0;
  out = std::pow(base, exponent);
  if (!std::isfinite(base) || !std::isfinite(exponent)) return kNoFailure;
  if (std::isinf(out) || (errno == ERANGE && out != 0)) return &failures::kDoubleOverflow;
  if (out == 0 && base != 0) return &failures::kDoubleUnderflow;
  return kNoFailure;
}

Failure power_of_numerics(Decimal& out, const Decimal& base, const Decimal& exponent) {
  if (base.is_zero() && exponent.is_negative()) return &kZeroToNegative;
  if (base.is_negative() && exponent.normalized().scale() > 0) return &kNegativeToFraction;
  std::optional<Decimal> result = power(base, exponent);
  if (!result) return &failures::kNumericRange;
  out = *result;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kNumeric, kNumeric}, kNumeric, &make_kernel<&power_of_numerics>},
    {{kDouble, kDouble}, kDouble, &make_kernel<&power_of_doubles>},
};

}  // namespace

const FunctionSpec& power_spec() {
  static const FunctionSpec spec{
      .name = "power",
      .signature = "power(a, b) → the same, for numeric and double precision",
      .summary = "a to the power b, as a ^ b.",
      .example = "power(9.0, 3.0)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(power);

const FunctionSpec& pow_spec() {
  static const FunctionSpec spec{
      .name = "pow",
      .signature = "pow(a, b) → the same, for numeric and double precision",
      .summary = "Another name of power.",
      .example = "pow(9.0, 3.0)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(pow);

}  // namespace pactolus

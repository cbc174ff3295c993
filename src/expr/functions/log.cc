#include <cmath>

#include "data/decimal_functions.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kOfZero{"2201E", "cannot take logarithm of zero"};
constexpr FailureText kOfNegative{"2201E", "cannot take logarithm of a negative number"};

Failure check(double a) { return a == 0 ? &kOfZero : (a < 0 ? &kOfNegative : kNoFailure); }

Failure check(const Decimal& a) {
  return a.is_zero() ? &kOfZero : (a.is_negative() ? &kOfNegative : kNoFailure);
}

Failure store(Decimal& out, const std::optional<Decimal>& result) {
  if (!result) return &failures::kNumericRange;
  out = *result;
  return kNoFailure;
}

Failure natural_of_numeric(Decimal& out, const Decimal& a) {
  if (Failure failure = check(a)) return failure;
  return store(out, logarithm(a));
}

Failure to_base(Decimal& out, const Decimal& base, const Decimal& a) {
  if (Failure failure = check(base)) return failure;
  if (Failure failure = check(a)) return failure;
  if (base == Decimal::from_int64(1)) return &failures::kDivisionByZero;
  return store(out, logarithm(base, a));
}

Failure decimal_of_numeric(Decimal& out, const Decimal& a) {
  return to_base(out, Decimal::from_int64(10), a);
}

Failure natural_of_double(double& out, double a) {
  out = std::log(a);
  return check(a);
}

Failure decimal_of_double(double& out, double a) {
  out = std::log10(a);
  return check(a);
}

using enum TypeKind;

constexpr Overload kNatural[] = {
    {{kNumeric}, kNumeric, &make_kernel<&natural_of_numeric>},
    {{kDouble}, kDouble, &make_kernel<&natural_of_double>},
};
constexpr Overload kToBase[] = {
    {{kNumeric}, kNumeric, &make_kernel<&decimal_of_numeric>},
    {{kDouble}, kDouble, &make_kernel<&decimal_of_double>},
    {{kNumeric, kNumeric}, kNumeric, &make_kernel<&to_base>},
};

}  // namespace

const FunctionSpec& ln_spec() {
  static const FunctionSpec spec{
      .name = "ln",
      .signature = "ln(numeric | double precision) → the same",
      .summary = "The natural logarithm.",
      .example = "ln(2.0)",
      .overloads = kNatural,
  };
  return spec;
}
PACTOLUS_REGISTER(ln);

const FunctionSpec& log_spec() {
  static const FunctionSpec spec{
      .name = "log",
      .signature = "log(numeric | double precision) → the same, log(base numeric, numeric) → numeric",
      .summary = "The logarithm to the base 10, or to another one.",
      .example = "log(2.0, 64.0)",
      .overloads = kToBase,
  };
  return spec;
}
PACTOLUS_REGISTER(log);

const FunctionSpec& log10_spec() {
  static const FunctionSpec spec{
      .name = "log10",
      .signature = "log10(numeric | double precision) → the same",
      .summary = "The logarithm to the base 10.",
      .example = "log10(1000.0)",
      .overloads = std::span(kToBase).first(2),
  };
  return spec;
}
PACTOLUS_REGISTER(log10);

}  // namespace pactolus

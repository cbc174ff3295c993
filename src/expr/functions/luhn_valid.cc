#include "data/text_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// ISO/IEC 7812-1, annex B: every second digit from the right counts twice, and two digits by their sum.
Failure luhn_valid(uint8_t& out, std::string_view text) {
  int sum = 0;
  int digits = 0;
  for (size_t at = text.size(); at-- > 0;) {
    char c = text[at];
    if (c == ' ' || c == '-') continue;
    out = 0;
    if (!is_digit(c)) return kNoFailure;
    int digit = c - '0';
    if (digits++ % 2 == 1) digit = digit < 5 ? 2 * digit : 2 * digit - 9;
    sum = (sum + digit) % 10;
  }
  out = digits >= 2 && sum == 0;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText}, kBoolean, &make_kernel<&luhn_valid>}};

}  // namespace

const FunctionSpec& luhn_valid_spec() {
  static const FunctionSpec spec{
      .name = "luhn_valid",
      .signature = "luhn_valid(text) → boolean",
      .summary =
          "Whether the last of at least two digits is right by Luhn's rule, as in a card number. Blanks "
          "and hyphens don't count; anything else is not valid.",
      .example = "luhn_valid('4111 1111 1111 1111')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(luhn_valid);

}  // namespace pactolus

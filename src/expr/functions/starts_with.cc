#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure starts_with(uint8_t& out, std::string_view text, std::string_view begin) {
  out = text.starts_with(begin);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText}, kBoolean, &make_kernel<&starts_with>}};

}  // namespace

const FunctionSpec& starts_with_spec() {
  static const FunctionSpec spec{
      .name = "starts_with",
      .signature = "starts_with(text, begin) → boolean",
      .summary = "Whether the text begins with the other one.",
      .example = "starts_with('alphabet', 'alph')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(starts_with);

}  // namespace pactolus

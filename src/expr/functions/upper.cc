#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure to_upper(std::string_view& out, Arena& memory, std::string_view text) {
  char* begin = memory.allocate(text.size());
  std::transform(text.begin(), text.end(), begin, ascii_upper);
  out = {begin, text.size()};
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kText, &make_kernel<&to_upper>}};

}  // namespace

const FunctionSpec& upper_spec() {
  static const FunctionSpec spec{
      .name = "upper",
      .signature = "upper(text) → text",
      .summary = "The text with the letters a to z made capital; other letters stay, as under the locale C.",
      .example = "upper('eur')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(upper);

}  // namespace pactolus

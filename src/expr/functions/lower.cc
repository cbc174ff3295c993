#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure to_lower(std::string_view& out, Arena& memory, std::string_view text) {
  char* begin = memory.allocate(text.size());
  std::transform(text.begin(), text.end(), begin, ascii_lower);
  out = {begin, text.size()};
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kText, &make_kernel<&to_lower>}};

}  // namespace

const FunctionSpec& lower_spec() {
  static const FunctionSpec spec{
      .name = "lower",
      .signature = "lower(text) → text",
      .summary = "The text with the letters A to Z made small; other letters stay, as under the locale C.",
      .example = "lower('EUR')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(lower);

}  // namespace pactolus

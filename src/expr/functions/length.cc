#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure length_of(int32_t& out, std::string_view text) {
  out = static_cast<int32_t>(character_count(text));
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kInteger, &make_kernel<&length_of>}};

}  // namespace

const FunctionSpec& length_spec() {
  static const FunctionSpec spec{
      .name = "length",
      .signature = "length(text) → integer",
      .summary = "How many characters the text has.",
      .example = "length('Größe')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(length);

}  // namespace pactolus

#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure position_of(int32_t& out, std::string_view text, std::string_view part) {
  size_t found = text.find(part);
  out = found == text.npos ? 0 : static_cast<int32_t>(character_count(text.substr(0, found))) + 1;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText}, kInteger, &make_kernel<&position_of>}};

}  // namespace

const FunctionSpec& position_spec() {
  static const FunctionSpec spec{
      .name = "position",
      .signature = "position(part IN text) → integer",
      .summary = "At which character a text first holds another one, counted from 1; 0 if it doesn't.",
      .example = "position('om' IN 'Thomas')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(position);

const FunctionSpec& strpos_spec() {
  static const FunctionSpec spec{
      .name = "strpos",
      .signature = "strpos(text, part) → integer",
      .summary = "The same as position(part IN text).",
      .example = "strpos('high', 'ig')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(strpos);

}  // namespace pactolus

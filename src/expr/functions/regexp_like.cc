#include "expr/nodes/regex_match.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

using enum TypeKind;

constexpr Overload kOverloads[] = {
    regex_overload<&holds_match<false>, RegexCall{}>({kText, kText}, kBoolean),
    regex_overload<&holds_match<false>, RegexCall{.flags = 2}>({kText, kText, kText}, kBoolean),
};

}  // namespace

const FunctionSpec& regexp_like_spec() {
  static const FunctionSpec spec{
      .name = "regexp_like",
      .signature = "regexp_like(text, pattern [, flags]) → boolean",
      .summary = "Whether the text holds a match of the regular expression, as text ~ pattern.",
      .example = "regexp_like('Hello World', 'world$', 'i')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_like);

}  // namespace pactolus

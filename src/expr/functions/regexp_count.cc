#include "expr/nodes/regex_kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure count_from(int32_t& out, Arena&, const PreparedRegex& regex, std::string_view text, int32_t start) {
  if (start < 1) return &failures::kStartBelowOne;
  out = 0;
  std::optional<TextRange> match = regex->find(text, character_place(text, start));
  for (; match; match = regex->find(text, behind_match(text, *match))) ++out;
  return kNoFailure;
}

Failure count(int32_t& out, Arena& memory, const PreparedRegex& regex, std::string_view text) {
  return count_from(out, memory, regex, text, 1);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    regex_overload<&count, RegexCall{}>({kText, kText}, kInteger),
    regex_overload<&count_from, RegexCall{}>({kText, kText, kInteger}, kInteger),
    regex_overload<&count_from, RegexCall{.flags = 3}>({kText, kText, kInteger, kText}, kInteger),
};

}  // namespace

const FunctionSpec& regexp_count_spec() {
  static const FunctionSpec spec{
      .name = "regexp_count",
      .signature = "regexp_count(text, pattern [, start [, flags]]) → integer",
      .summary = "How many matches of the regular expression the text holds from a character on.",
      .example = "regexp_count('123456789012', '\\d\\d\\d', 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_count);

}  // namespace pactolus

#include "expr/nodes/regex_kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure group_of_nth(std::optional<std::string_view>& out, Arena&, const PreparedRegex& regex,
                     std::string_view text, int32_t start, int32_t number, int32_t group) {
  if (start < 1) return &failures::kStartBelowOne;
  if (number < 1) return &failures::kMatchBelowOne;
  if (group < 0) return &failures::kNegativeGroup;
  std::optional<TextRange> range = nth_match(regex.value, text, character_place(text, start), number);
  if (!range) return kNoFailure;
  Failure failure = range_of_group(range, regex.value, text, *range, group);
  if (range) out = text.substr(range->begin, range->end - range->begin);
  return failure;
}

Failure nth(std::optional<std::string_view>& out, Arena& memory, const PreparedRegex& regex,
            std::string_view text, int32_t start, int32_t number) {
  return group_of_nth(out, memory, regex, text, start, number, 0);
}

Failure first_from(std::optional<std::string_view>& out, Arena& memory, const PreparedRegex& regex,
                   std::string_view text, int32_t start) {
  return group_of_nth(out, memory, regex, text, start, 1, 0);
}

Failure first(std::optional<std::string_view>& out, Arena& memory, const PreparedRegex& regex,
              std::string_view text) {
  return group_of_nth(out, memory, regex, text, 1, 1, 0);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    regex_overload<&first, RegexCall{}>({kText, kText}, kText),
    regex_overload<&first_from, RegexCall{}>({kText, kText, kInteger}, kText),
    regex_overload<&nth, RegexCall{}>({kText, kText, kInteger, kInteger}, kText),
    regex_overload<&nth, RegexCall{.flags = 4}>({kText, kText, kInteger, kInteger, kText}, kText),
    regex_overload<&group_of_nth, RegexCall{.flags = 4, .groups = RegexCall::Groups::kUsed}>(
        {kText, kText, kInteger, kInteger, kText, kInteger}, kText),
};

}  // namespace

const FunctionSpec& regexp_substr_spec() {
  static const FunctionSpec spec{
      .name = "regexp_substr",
      .signature = "regexp_substr(text, pattern [, start [, n [, flags [, subexpr]]]]) → text",
      .summary =
          "The n-th match of the regular expression from a character on, or what one of its groups captured; "
          "NULL if there is none.",
      .example = "regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i', 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_substr);

}  // namespace pactolus

#include "expr/nodes/regex_kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure place_of_group(int32_t& out, Arena&, const PreparedRegex& regex, std::string_view text, int32_t start,
                       int32_t number, int32_t end_option, int32_t group) {
  if (start < 1) return &failures::kStartBelowOne;
  if (number < 1) return &failures::kMatchBelowOne;
  if (end_option != 0 && end_option != 1) return &failures::kEndOption;
  if (group < 0) return &failures::kNegativeGroup;
  out = 0;
  std::optional<TextRange> range = nth_match(regex.value, text, character_place(text, start), number);
  if (!range) return kNoFailure;
  Failure failure = range_of_group(range, regex.value, text, *range, group);
  if (!range) return failure;
  size_t place = end_option == 0 ? range->begin : range->end;
  out = static_cast<int32_t>(character_count(text.substr(0, place))) + 1;
  return failure;
}

Failure place_of_end(int32_t& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                     int32_t start, int32_t number, int32_t end_option) {
  return place_of_group(out, memory, regex, text, start, number, end_option, 0);
}

Failure place_of_nth(int32_t& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                     int32_t start, int32_t number) {
  return place_of_group(out, memory, regex, text, start, number, 0, 0);
}

Failure place_from(int32_t& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                   int32_t start) {
  return place_of_group(out, memory, regex, text, start, 1, 0, 0);
}

Failure place(int32_t& out, Arena& memory, const PreparedRegex& regex, std::string_view text) {
  return place_of_group(out, memory, regex, text, 1, 1, 0, 0);
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    regex_overload<&place, RegexCall{}>({kText, kText}, kInteger),
    regex_overload<&place_from, RegexCall{}>({kText, kText, kInteger}, kInteger),
    regex_overload<&place_of_nth, RegexCall{}>({kText, kText, kInteger, kInteger}, kInteger),
    regex_overload<&place_of_end, RegexCall{}>({kText, kText, kInteger, kInteger, kInteger}, kInteger),
    regex_overload<&place_of_end, RegexCall{.flags = 5}>({kText, kText, kInteger, kInteger, kInteger, kText},
                                                         kInteger),
    regex_overload<&place_of_group, RegexCall{.flags = 5, .groups = RegexCall::Groups::kUsed}>(
        {kText, kText, kInteger, kInteger, kInteger, kText, kInteger}, kInteger),
};

}  // namespace

const FunctionSpec& regexp_instr_spec() {
  static const FunctionSpec spec{
      .name = "regexp_instr",
      .signature =
          "regexp_instr(text, pattern [, start [, n [, endoption [, flags [, subexpr]]]]]) → integer",
      .summary =
          "At which character the n-th match begins (1 is the first), or, with endoption 1, which one stands "
          "behind it; 0 if there is none.",
      .example = "regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i', 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_instr);

}  // namespace pactolus

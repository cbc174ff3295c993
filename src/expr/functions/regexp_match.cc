#include "data/array.h"
#include "expr/nodes/regex_kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// What the groups captured of the first match, or all of it where there are no groups.
Failure match(std::optional<std::string_view>& out, Arena& memory, const PreparedRegex& regex,
              std::string_view text) {
  std::optional<TextRange> found = regex->find(text, 0);
  if (!found) return kNoFailure;
  const size_t groups = regex->group_count();
  Column captured(kTextType, std::max<size_t>(groups, 1));
  for (size_t i = 0; i < captured.rows(); ++i) {
    std::optional<TextRange> range;
    Failure failure =
        range_of_group(range, regex.value, text, *found, static_cast<int32_t>(groups == 0 ? 0 : i + 1));
    if (failure) return failure;
    if (range) {
      captured.values_of<TypeKind::kText>()[i] = text.substr(range->begin, range->end - range->begin);
    } else {
      captured.set_null(i);
    }
  }
  out = make_array(captured, 0, captured.rows(), memory);
  return kNoFailure;
}

/// The texts between the matches. An empty match at an end of the text, or just behind another one, divides
/// nothing.
Failure split(std::string_view& out, Arena& memory, const PreparedRegex& regex, std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  size_t last_end = 0;
  for (auto found = regex->find(text, 0); found; found = regex->find(text, behind_match(text, *found))) {
    if (found->begin < text.size() && found->end > last_end) {
      parts.push_back(text.substr(begin, found->begin - begin));
      begin = found->end;
    }
    last_end = found->end;
  }
  parts.push_back(text.substr(begin));
  Column elements(kTextType, parts.size());
  std::copy(parts.begin(), parts.end(), elements.values_of<TypeKind::kText>());
  out = make_array(elements, 0, parts.size(), memory);
  return out.size() > kArrayBytesMax ? &failures::kArrayTooLong : kNoFailure;
}

using enum TypeKind;

constexpr RegexCall kGroups{.groups = RegexCall::Groups::kUsed};
constexpr RegexCall kGroupsAndFlags{.flags = 2, .groups = RegexCall::Groups::kUsed};

constexpr Overload kMatch[] = {
    regex_overload<&match, kGroups>({kText, kText}, array_of(kText)),
    regex_overload<&match, kGroupsAndFlags>({kText, kText, kText}, array_of(kText)),
};
constexpr Overload kSplit[] = {
    regex_overload<&split, RegexCall{}>({kText, kText}, array_of(kText)),
    regex_overload<&split, RegexCall{.flags = 2}>({kText, kText, kText}, array_of(kText)),
};

}  // namespace

const FunctionSpec& regexp_match_spec() {
  static const FunctionSpec spec{
      .name = "regexp_match",
      .signature = "regexp_match(text, pattern [, flags]) → text[]",
      .summary =
          "What the groups of the regular expression captured at its first match, or the whole match if it "
          "has no groups; NULL if there is none.",
      .example = "regexp_match('foobarbequebaz', '(bar)(beque)')",
      .overloads = kMatch,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_match);

const FunctionSpec& regexp_split_to_array_spec() {
  static const FunctionSpec spec{
      .name = "regexp_split_to_array",
      .signature = "regexp_split_to_array(text, pattern [, flags]) → text[]",
      .summary = "The texts between the matches of the regular expression.",
      .example = "regexp_split_to_array('hello world', '\\s+')",
      .overloads = kSplit,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_split_to_array);

}  // namespace pactolus

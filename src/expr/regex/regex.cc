#include "expr/regex/regex.h"

namespace pactolus {

Result<Regex, RegexError> Regex::compile(std::string_view pattern, RegexFlags flags, Groups groups) {
  ParsedRegex parsed = PACTOLUS_TRY(parse_regex(pattern, flags));
  RegexGroups tree(parsed.whole);
  RegexPreference preference = tree.preference();
  std::string re2 = re2_text(parsed.whole, preference == RegexPreference::kShortest);
  Regex regex(PACTOLUS_TRY(RegexAutomaton::compile(re2, preference)), parsed.groups, flags.all);
  if (groups == Groups::kUsed && parsed.groups > 0) {
    if (parsed.groups > kRegexGroupsMax) {
      return RegexError{"the regular expression has more than " + std::to_string(kRegexGroupsMax) + " groups",
                        "54000"};
    }
    PACTOLUS_TRY(tree.compile());
    regex.groups_ = std::move(tree);
  }
  return regex;
}

std::optional<TextRange> Regex::find(std::string_view text, size_t from) const {
  if (from > text.size()) return std::nullopt;
  return automaton_.find(text, from);
}

}  // namespace pactolus

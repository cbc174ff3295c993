#pragma once

#include <optional>
#include <string_view>

#include "expr/regex/regex_automaton.h"
#include "expr/regex/regex_groups.h"

namespace pactolus {

/// A compiled regular expression with PostgreSQL's meaning: which texts match it, where its first match
/// begins (leftmost) and ends (longest, or shortest where its first quantifier is a lazy one), what its
/// groups captured. Letters have ASCII's case, classes ASCII's characters, as under the locale "C".
/// Immutable, for all threads. Texts are UTF-8.
class Regex {
 public:
  enum class Groups { kUnused, kUsed };

  static Result<Regex, RegexError> compile(std::string_view pattern, RegexFlags flags, Groups groups);

  /// Of the pattern, whether or not they are used.
  size_t group_count() const { return group_count_; }
  /// g: all matches are meant, not the first one.
  bool all() const { return all_; }

  bool found_in(std::string_view text) const { return automaton_.found_in(text); }
  /// The first match that begins at byte `from` or later; `from` may be text.size() + 1.
  std::optional<TextRange> find(std::string_view text, size_t from) const;
  /// What the groups captured of a match. Preconditions: compiled with groups, the match is at most
  /// kGroupedMatchBytesMax long.
  GroupRanges groups(std::string_view text, TextRange match) const { return groups_->divide(text, match); }

 private:
  Regex(RegexAutomaton automaton, size_t group_count, bool all)
      : automaton_(std::move(automaton)), group_count_(group_count), all_(all) {}

  RegexAutomaton automaton_;
  std::optional<RegexGroups> groups_;
  size_t group_count_;
  bool all_;
};

/// Where to look for the next match, which may be text.size() + 1.
inline size_t behind_match(std::string_view text, TextRange match) {
  return match.end > match.begin ? match.end : next_character(text, match.end);
}

}  // namespace pactolus

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/regex/regex_automaton.h"

namespace pactolus {

/// More groups that capture are refused where a call asks what one of them matched.
inline constexpr size_t kRegexGroupsMax = 32;
/// A longer match isn't divided among its groups: that may take time in the square of its length.
inline constexpr size_t kGroupedMatchBytesMax = 16 * 1024;

/// What each group matched, by its number; the first is the whole match.
using GroupRanges = std::array<std::optional<TextRange>, 1 + kRegexGroupsMax>;

/// A regular expression as the tree in which PostgreSQL divides a match among groups (cdissect() in
/// regexec.c): of two neighbours the left one takes all it can, or as little as it can, and of alternatives
/// the first that fits. RE2's own groups follow other rules; here it only says which part of a text matches
/// which part of the tree. Immutable.
class RegexGroups {
 public:
  struct Part;  // a node

  /// The tree of parseqatom() in regcomp.c; cuts only where groups or a change of preference need it.
  explicit RegexGroups(const RegexGroup& whole);
  RegexGroups(RegexGroups&&) noexcept;
  RegexGroups& operator=(RegexGroups&&) noexcept;
  ~RegexGroups();

  /// Whether the whole prefers its shortest match.
  RegexPreference preference() const;
  /// Compiles what divide() needs. Call it once.
  Result<void, RegexError> compile();
  /// Precondition: the range is a match of the whole.
  GroupRanges divide(std::string_view text, TextRange match) const;

 private:
  std::unique_ptr<Part> root_;
};

}  // namespace pactolus

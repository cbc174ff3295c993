#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "expr/regex/character_set.h"

namespace pactolus {

/// A longer pattern is refused.
inline constexpr size_t kRegexBytesMax = 4 * 1024;
/// Parentheses nested deeper are refused: reading and compiling them is recursive.
inline constexpr size_t kRegexNestingMax = 100;

/// Why there is no regular expression. PostgreSQL's message where it refuses the pattern, too; what it has
/// and we don't is `unsupported`.
struct RegexError {
  std::string message;
  const char* sqlstate = "2201B";
  bool unsupported = false;
  std::string hint = {};
};

/// PostgreSQL's option letters. `e` and `b` (other syntaxes than its "advanced" one) are refused.
struct RegexFlags {
  bool all = false;              // g: not only the first match
  bool fold_case = false;        // i
  bool newline_stops = false;    // . and [^…] don't match a newline: n m p
  bool newline_anchors = false;  // ^ and $ match at each line: n m w
  bool literal = false;          // q
  bool expanded = false;         // x: blanks and comments are left out

  /// The letters of a call's argument.
  static Result<RegexFlags, RegexError> read(std::string_view letters);
  /// What a letter says, but g. False: none of PostgreSQL's that we have.
  bool apply(char letter);
};

/// What decides between matches of several lengths that begin at the same place.
enum class RegexPreference { kNone, kLongest, kShortest };

enum class RegexAssertion { kTextBegin, kTextEnd, kLineBegin, kLineEnd, kWordEdge, kNoWordEdge };

struct RegexPiece;
using RegexBranch = std::vector<RegexPiece>;

/// Parentheses, or the whole.
struct RegexGroup {
  size_t number = 0;  // 0: doesn't capture
  std::vector<RegexBranch> branches;
};

/// Something to match, and how often.
struct RegexPiece {
  static constexpr int kUnbounded = -1;

  std::variant<CharacterSet, RegexAssertion, std::unique_ptr<RegexGroup>> atom;
  int min = 1;
  int max = 1;
  RegexPreference preference = RegexPreference::kNone;  // its quantifier's

  const RegexGroup* group() const {
    auto* found = std::get_if<std::unique_ptr<RegexGroup>>(&atom);
    return found ? found->get() : nullptr;
  }
  bool is_assertion() const { return std::holds_alternative<RegexAssertion>(atom); }
};

struct ParsedRegex {
  RegexGroup whole;
  size_t groups = 0;  // that capture
};

/// Reads one of PostgreSQL's "advanced" regular expressions; `pattern` is UTF-8.
Result<ParsedRegex, RegexError> parse_regex(std::string_view pattern, RegexFlags flags);

/// The same in RE2's syntax, without captures; lazy: with quantifiers of which RE2 tries the least first.
std::string re2_text(const RegexGroup& group, bool lazy);
std::string re2_text(const RegexPiece& piece, bool lazy);

}  // namespace pactolus

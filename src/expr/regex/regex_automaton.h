#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "expr/regex/regex_syntax.h"

namespace re2 {
class RE2;
}

namespace pactolus {

/// A pattern that comes to more is refused, so that RE2's fast way always has room in the memory below:
/// without it a text takes RE2 a time that grows with the pattern.
inline constexpr int kRegexInstructionsMax = 10'000;
/// What RE2 may use for one automaton, its cache of states included.
inline constexpr int64_t kRegexMemoryBytesMax = 4 * 1024 * 1024;

/// Bytes [begin, end) of a text.
struct TextRange {
  size_t begin = 0;
  size_t end = 0;
};

/// One compiled pattern. Immutable but for RE2's caches, which synchronise themselves: for all threads. All
/// that looks at a part of a text knows what stands around it, for the edges of lines and words.
class RegexAutomaton {
 public:
  /// `re2_text`: as made by re2_text().
  static Result<RegexAutomaton, RegexError> compile(const std::string& re2_text, RegexPreference preference);

  RegexAutomaton(RegexAutomaton&&) noexcept;
  RegexAutomaton& operator=(RegexAutomaton&&) noexcept;
  ~RegexAutomaton();

  bool found_in(std::string_view text) const;
  /// The first match that begins at `from` or later, with the longest or the shortest end.
  std::optional<TextRange> find(std::string_view text, size_t from) const;
  /// The longest match that begins at range.begin and ends within the range. Precondition: prefers the
  /// longest.
  std::optional<size_t> longest_end(std::string_view text, TextRange range) const;
  /// Whether the range, all of it, is a match.
  bool matches(std::string_view text, TextRange range) const;

 private:
  RegexAutomaton(std::unique_ptr<const re2::RE2> automaton, RegexPreference preference);
  size_t shortest_end(std::string_view text, TextRange match) const;

  std::unique_ptr<const re2::RE2> automaton_;
  RegexPreference preference_;
  bool may_begin_inside_;  // a match, between the bytes of a character
};

// Places between the characters of UTF-8.
inline bool is_character_begin(std::string_view text, size_t at) {
  return at >= text.size() || (text[at] & 0xC0) != 0x80;
}
inline size_t next_character(std::string_view text, size_t at) {
  do ++at;
  while (!is_character_begin(text, at));
  return at;
}
inline size_t previous_character(std::string_view text, size_t at) {
  do --at;
  while (!is_character_begin(text, at));
  return at;
}

}  // namespace pactolus

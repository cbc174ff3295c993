#pragma once

#include <string>
#include <utility>

#include "expr/regex/regex_syntax.h"

namespace pactolus {

/// The characters of a pattern, and what stands inside [] and behind a backslash. Lives during one parse.
class RegexReader {
 public:
  RegexReader(std::u32string pattern, RegexFlags flags) : pattern_(std::move(pattern)), flags_(flags) {}

  const RegexFlags& flags() const { return flags_; }
  RegexFlags& flags() { return flags_; }

  bool at_end() const { return next_ == pattern_.size(); }
  /// Whether this text comes next.
  bool sees(std::u32string_view text) const {
    return std::u32string_view(pattern_).substr(next_, text.size()) == text;
  }
  /// Steps over the text if it comes next.
  bool take(std::u32string_view text) {
    if (!sees(text)) return false;
    next_ += text.size();
    return true;
  }
  char32_t peek(size_t ahead = 0) const {
    return next_ + ahead < pattern_.size() ? pattern_[next_ + ahead] : U'\0';
  }
  char32_t take() { return pattern_[next_++]; }
  bool sees_digit(size_t ahead = 0) const { return peek(ahead) >= '0' && peek(ahead) <= '9'; }

  /// A character, as the flags have it.
  CharacterSet characters(char32_t c) const;

  /// What stands behind a backslash where it is one character or a class of them. Preconditions: not at the
  /// end, and no assertion comes next.
  struct Escape {
    CharacterSet characters;
    bool is_class = false;
  };
  Result<Escape, RegexError> read_escape();
  /// From behind the [ to behind its ].
  Result<CharacterSet, RegexError> read_bracket();

  /// PostgreSQL's message, with where.
  RegexError invalid(std::string_view what) const;
  RegexError unsupported(std::string_view what, std::string hint = "") const;

 private:
  Result<Escape, RegexError> bracket_element(bool first);
  Result<CharacterSet, RegexError> named_class();
  Result<char32_t, RegexError> hexadecimal(size_t digits_min, size_t digits_max);

  std::u32string pattern_;
  RegexFlags flags_;
  size_t next_ = 0;
};

}  // namespace pactolus

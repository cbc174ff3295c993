#include "expr/nodes/like.h"

#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"

namespace pactolus {
namespace {

/// How many bytes the character has that begins at a place of a text.
using Step = size_t (*)(std::string_view, size_t);

/// Of bytea.
constexpr size_t one_byte(std::string_view, size_t) { return 1; }

template <bool kFoldCase>
bool same_byte(char a, char b) {
  if constexpr (kFoldCase) return ascii_lower(a) == ascii_lower(b);
  return a == b;
}

/// Moves `p` over a run of % and _ of which the first was a %; each _ takes a character of `text`. False: too
/// few are left.
template <Step kStep>
bool skip_wildcards(std::string_view text, size_t& t, std::string_view pattern, size_t& p) {
  for (; p < pattern.size() && (pattern[p] == '%' || pattern[p] == '_'); ++p) {
    if (pattern[p] == '%') continue;
    if (t == text.size()) return false;
    t += kStep(text, t);
  }
  return true;
}

/// Where, from `t` on, a match of what stands at pattern[p] may begin: npos is nowhere.
template <bool kFoldCase>
size_t next_begin(std::string_view text, size_t t, std::string_view pattern, size_t p) {
  if (pattern[p] == '\\') ++p;
  if constexpr (kFoldCase) return t;
  return text.find(pattern[p], t);
}

/// PostgreSQL's MatchText (like_match.c) without its recursion: only the last % needs to be tried again, one
/// character further, when what follows it does not match. Quadratic at worst, whatever the pattern.
template <bool kFoldCase, bool kNegated, Step kStep>
Failure match(uint8_t& out, std::string_view text, std::string_view pattern) {
  size_t t = 0;
  size_t p = 0;
  bool may_retry = false;
  size_t retry_t = 0;
  size_t retry_p = 0;
  out = kNegated;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      if (!skip_wildcards<kStep>(text, t, pattern, p)) return kNoFailure;
      if (p == pattern.size()) {
        out = !kNegated;
        return kNoFailure;
      }
      if (pattern[p] == '\\' && p + 1 == pattern.size()) return &failures::kTrailingEscape;
      may_retry = true;
      t = next_begin<kFoldCase>(text, t, pattern, p);
      if (t == text.npos) return kNoFailure;
      retry_t = t;
      retry_p = p;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '_') {
      t += kStep(text, t);
      ++p;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '\\' && ++p == pattern.size()) return &failures::kTrailingEscape;
    if (p < pattern.size() && same_byte<kFoldCase>(pattern[p], text[t])) {
      ++t;
      ++p;
      continue;
    }
    if (!may_retry) return kNoFailure;
    retry_t = next_begin<kFoldCase>(text, retry_t + kStep(text, retry_t), pattern, retry_p);
    if (retry_t == text.npos) return kNoFailure;
    t = retry_t;
    p = retry_p;
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  if (p == pattern.size()) out = !kNegated;
  return kNoFailure;
}

/// PostgreSQL's like_escape: the escape character becomes a backslash, other backslashes are doubled.
template <Step kStep>
Failure like_escape(std::string_view& out, Arena& memory, std::string_view pattern, std::string_view escape) {
  if (escape == "\\") {
    out = memory.copy(pattern);
    return kNoFailure;
  }
  if (!escape.empty() && escape.size() != kStep(escape, 0)) return &failures::kInvalidEscape;
  char* begin = memory.allocate(2 * pattern.size());
  char* to = begin;
  bool after_escape = false;
  for (size_t i = 0; i < pattern.size();) {
    size_t bytes = kStep(pattern, i);
    std::string_view character = pattern.substr(i, bytes);
    i += bytes;
    if (!escape.empty() && character == escape && !after_escape) {
      *to++ = '\\';
      after_escape = true;
      continue;
    }
    if (character == "\\" && !after_escape) *to++ = '\\';
    to = std::copy(character.begin(), character.end(), to);
    after_escape = false;
  }
  size_t size = static_cast<size_t>(to - begin);
  memory.shrink_last(2 * pattern.size() - size);
  out = {begin, size};
  return kNoFailure;
}

/// A bpchar's padding counts.
template <TypeKind kOf, bool kFoldCase, bool kNegated>
constexpr Overload matcher() {
  constexpr Step kStep = kOf == TypeKind::kBytea ? &one_byte : &character_bytes;
  constexpr TypeKind kPattern = kOf == TypeKind::kBytea ? TypeKind::kBytea : TypeKind::kText;
  return {{kOf, kPattern}, TypeKind::kBoolean, &make_kernel<&match<kFoldCase, kNegated, kStep>>};
}

using enum TypeKind;

constexpr OperatorOverload kOperators[] = {
    {"~~", matcher<kText, false, false>()},   {"!~~", matcher<kText, false, true>()},
    {"~~*", matcher<kText, true, false>()},   {"!~~*", matcher<kText, true, true>()},
    {"~~", matcher<kBytea, false, false>()},  {"!~~", matcher<kBytea, false, true>()},
    {"~~", matcher<kBpchar, false, false>()}, {"!~~", matcher<kBpchar, false, true>()},
    {"~~*", matcher<kBpchar, true, false>()}, {"!~~*", matcher<kBpchar, true, true>()},
};

}  // namespace

std::span<const OperatorOverload> like_operators() { return kOperators; }

ExpressionPtr make_like_escape(ExpressionPtr pattern, ExpressionPtr escape) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(pattern));
  arguments.push_back(std::move(escape));
  if (arguments[0]->type() == kByteaType)
    return make_kernel<&like_escape<&one_byte>>(kByteaType, std::move(arguments));
  return make_kernel<&like_escape<&character_bytes>>(kTextType, std::move(arguments));
}

}  // namespace pactolus

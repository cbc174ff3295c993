#include "expr/nodes/regex_kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr int32_t kAll = 0;

bool is_group_digit(char c) { return c >= '1' && c <= '9'; }

/// Text that grows at the end of an arena, up to the longest text there may be.
class GrowingText {
 public:
  GrowingText(Arena& memory, size_t room) : memory_(memory), begin_(memory.allocate(room)), room_(room) {}

  void append(std::string_view part) {
    if (size_ + part.size() > room_) grow(size_ + part.size());
    std::copy(part.begin(), part.end(), begin_ + size_);
    size_ += part.size();
  }
  bool too_long() const { return size_ > kTextBytesMax; }
  std::string_view finish() {
    memory_.shrink_last(room_ - size_);
    return {begin_, size_};
  }

 private:
  void grow(size_t bytes) {
    room_ = 2 * bytes;
    char* begin = memory_.allocate(room_);
    std::copy_n(begin_, size_, begin);
    begin_ = begin;
  }

  Arena& memory_;
  char* begin_;
  size_t size_ = 0;
  size_t room_;
};

/// \1 to \9 are what a group captured, \& the match, \\ a backslash; any other backslash is itself. Stops
/// where the text is too long already.
void append_replacement(GrowingText& out, std::string_view replacement, std::string_view text,
                        const GroupRanges& groups) {
  for (;;) {
    size_t at = std::min(replacement.find('\\'), replacement.size());
    out.append(replacement.substr(0, at));
    replacement.remove_prefix(at);
    if (replacement.empty() || out.too_long()) return;
    char next = replacement.size() > 1 ? replacement[1] : '\0';
    if (is_group_digit(next) || next == '&') {
      std::optional<TextRange> range = groups[next == '&' ? 0 : static_cast<size_t>(next - '0')];
      if (range) out.append(text.substr(range->begin, range->end - range->begin));
    } else {
      out.append("\\");
    }
    bool is_escape = is_group_digit(next) || next == '&' || next == '\\';
    replacement.remove_prefix(is_escape ? 2 : 1);
  }
}

/// Replaces the match with that number, or all of them, among those that begin at character `start` or later.
Failure replace(std::string_view& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                std::string_view replacement, int32_t start, int32_t number) {
  if (start < 1) return &failures::kStartBelowOne;
  if (number < 0) return &failures::kNegativeMatch;
  std::optional<TextRange> match = nth_match(regex.value, text, character_place(text, start), number);
  if (!match) {
    out = text;
    return kNoFailure;
  }
  bool needs_groups = regex->group_count() > 0 && names_group(replacement);
  GrowingText result(memory, text.size() + replacement.size());
  size_t copied = 0;
  for (; match; match = regex->find(text, behind_match(text, *match))) {
    result.append(text.substr(copied, match->begin - copied));
    if (needs_groups && match->end - match->begin > kGroupedMatchBytesMax) return &failures::kMatchTooLong;
    GroupRanges groups;
    if (needs_groups) groups = regex->groups(text, *match);
    groups[0] = *match;
    append_replacement(result, replacement, text, groups);
    copied = match->end;
    if (result.too_long()) return &failures::kTextTooLong;
    if (number != kAll) break;
  }
  result.append(text.substr(copied));
  if (result.too_long()) return &failures::kTextTooLong;
  out = result.finish();
  return kNoFailure;
}

Failure replace_first(std::string_view& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                      std::string_view replacement) {
  return replace(out, memory, regex, text, replacement, 1, regex->all() ? kAll : 1);
}

Failure replace_from(std::string_view& out, Arena& memory, const PreparedRegex& regex, std::string_view text,
                     std::string_view replacement, int32_t start) {
  return replace(out, memory, regex, text, replacement, start, 1);
}

using enum TypeKind;

constexpr RegexCall kCall{.groups = RegexCall::Groups::kIfNamed};

constexpr RegexCall with_flags(size_t argument) {
  return {.flags = argument, .takes_all = true, .groups = RegexCall::Groups::kIfNamed};
}

constexpr Overload kOverloads[] = {
    regex_overload<&replace_first, kCall>({kText, kText, kText}, kText),
    regex_overload<&replace_first, with_flags(3)>({kText, kText, kText, kText}, kText),
    regex_overload<&replace_from, kCall>({kText, kText, kText, kInteger}, kText),
    regex_overload<&replace, kCall>({kText, kText, kText, kInteger, kInteger}, kText),
    regex_overload<&replace, with_flags(5)>({kText, kText, kText, kInteger, kInteger, kText}, kText),
};

}  // namespace

const FunctionSpec& regexp_replace_spec() {
  static const FunctionSpec spec{
      .name = "regexp_replace",
      .signature = "regexp_replace(text, pattern, replacement [, start [, n]] [, flags]) → text",
      .summary =
          "The text with another one where the first match was, the n-th, or all (flag g or n 0). In it "
          "\\1 to \\9 are what groups captured, \\& is the match.",
      .example = "regexp_replace('4111 1111', '(\\d+) (\\d+)', '\\2-\\1')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(regexp_replace);

}  // namespace pactolus

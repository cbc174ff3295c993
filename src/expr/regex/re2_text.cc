#include <fmt/format.h>

#include "expr/regex/regex_syntax.h"

namespace pactolus {
namespace {

bool is_plain(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Only escapes and ranges, so that nothing depends on what RE2 folds or takes for an operator.
std::string text_of(const CharacterSet& set) {
  const std::vector<CharacterSet::Range>& ranges = set.ranges();
  if (ranges.empty()) return "[^\\x{0}-\\x{10ffff}]";
  CharacterSet::Range first = ranges.front();
  if (first.first == 0 && first.last == CharacterSet::kLast) return "(?s:.)";
  if (ranges.size() == 1 && first.first == first.last && is_plain(first.first)) {
    return std::string(1, static_cast<char>(first.first));
  }
  std::string text = "[";
  for (CharacterSet::Range range : ranges) {
    text += fmt::format("\\x{{{:x}}}-\\x{{{:x}}}", static_cast<uint32_t>(range.first),
                        static_cast<uint32_t>(range.last));
  }
  return text + "]";
}

std::string_view text_of(RegexAssertion assertion) {
  switch (assertion) {
    case RegexAssertion::kTextBegin:
      return "\\A";
    case RegexAssertion::kTextEnd:
      return "\\z";
    case RegexAssertion::kLineBegin:
      return "(?m:^)";
    case RegexAssertion::kLineEnd:
      return "(?m:$)";
    case RegexAssertion::kWordEdge:
      return "\\b";
    case RegexAssertion::kNoWordEdge:
      return "\\B";
  }
  return "";
}

}  // namespace

std::string re2_text(const RegexPiece& piece, bool lazy) {
  std::string atom;
  if (const RegexGroup* group = piece.group()) {
    atom = re2_text(*group, lazy);
  } else if (auto* set = std::get_if<CharacterSet>(&piece.atom)) {
    atom = text_of(*set);
  } else {
    return std::string(text_of(std::get<RegexAssertion>(piece.atom)));
  }
  if (piece.min == 1 && piece.max == 1) return atom;
  if (piece.max == 0) return "(?:)";
  std::string bounds = piece.max == RegexPiece::kUnbounded ? fmt::format("{{{},}}", piece.min)
                                                           : fmt::format("{{{},{}}}", piece.min, piece.max);
  return "(?:" + atom + ")" + bounds + (lazy ? "?" : "");
}

std::string re2_text(const RegexGroup& group, bool lazy) {
  std::string text = "(?:";
  for (const RegexBranch& branch : group.branches) {
    if (&branch != &group.branches.front()) text += '|';
    for (const RegexPiece& piece : branch) text += re2_text(piece, lazy);
  }
  return text + ")";
}

}  // namespace pactolus

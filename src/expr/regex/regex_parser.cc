// PostgreSQL's "advanced" regular expressions (documentation 9.7.3; src/backend/regex/regc_lex.c and
// regcomp.c).
#include <algorithm>
#include <optional>

#include "data/text_scan.h"
#include "expr/nodes/text.h"
#include "expr/regex/regex_reader.h"

namespace pactolus {
namespace {

constexpr int kRepetitionsMax = 255;  // PostgreSQL's

/// Whether all that the piece can match begins (or ends) with a character of a word; none: both happens.
bool touches_word(const RegexGroup& group, bool at_begin);

bool touches_word(const RegexPiece& piece, bool at_begin) {
  if (piece.min == 0) return false;
  if (const RegexGroup* group = piece.group()) return touches_word(*group, at_begin);
  return std::get<CharacterSet>(piece.atom).within(CharacterSet::word());
}

bool touches_word(std::span<const RegexPiece> pieces, bool at_begin) {
  while (!pieces.empty()) {
    const RegexPiece& piece = at_begin ? pieces.front() : pieces.back();
    if (!piece.is_assertion()) return touches_word(piece, at_begin);
    pieces = pieces.subspan(at_begin ? 1 : 0, pieces.size() - 1);
  }
  return false;
}

bool touches_word(const RegexGroup& group, bool at_begin) {
  return std::all_of(group.branches.begin(), group.branches.end(),
                     [&](const RegexBranch& branch) { return touches_word(std::span(branch), at_begin); });
}

class RegexParser {
 public:
  explicit RegexParser(RegexReader reader) : reader_(std::move(reader)) {}

  Result<ParsedRegex, RegexError> parse() {
    if (reader_.flags().literal) return literal();
    if (reader_.sees(U"***")) return reader_.unsupported("a director (***) at the begin");
    PACTOLUS_TRY(read_options());
    ParsedRegex parsed;
    parsed.whole.branches = PACTOLUS_TRY(branches(0));
    if (!reader_.at_end()) return reader_.invalid("parentheses () not balanced");
    parsed.groups = groups_;
    return parsed;
  }

 private:
  /// A \m or \M at that piece of a branch.
  struct WordEdge {
    size_t piece;
    bool begin;
  };

  Result<ParsedRegex, RegexError> literal() {
    ParsedRegex parsed;
    RegexBranch& branch = parsed.whole.branches.emplace_back();
    while (!reader_.at_end()) branch.push_back({reader_.characters(reader_.take())});
    return parsed;
  }

  /// (?i) and its like, which may stand at the begin only.
  Result<void, RegexError> read_options() {
    char32_t first = reader_.peek(2);
    bool letter = first < 0x80 && is_letter(static_cast<char>(first));
    if (!reader_.sees(U"(?") || !letter) return {};
    reader_.take(U"(?");
    while (!reader_.at_end() && !reader_.sees(U")")) {
      char32_t c = reader_.take();
      if (c == 'q' || c == 'e' || c == 'b') {
        return reader_.unsupported("the embedded options e, b and q");
      }
      if (c >= 0x80 || !reader_.flags().apply(static_cast<char>(c))) {
        return reader_.invalid("invalid embedded option");
      }
    }
    if (!reader_.take(U")")) return reader_.invalid("invalid embedded option");
    return {};
  }

  void skip_blanks_and_comments() {
    for (;;) {
      if (reader_.take(U"(?#")) {
        while (!reader_.at_end() && reader_.take() != ')') {
        }
      } else if (sees_blank()) {
        reader_.take();
      } else if (reader_.flags().expanded && reader_.sees(U"#")) {
        while (!reader_.at_end() && !reader_.sees(U"\n")) reader_.take();
      } else {
        return;
      }
    }
  }

  Result<std::vector<RegexBranch>, RegexError> branches(size_t depth) {
    if (depth > kRegexNestingMax) {
      return RegexError{"parentheses are nested deeper than " + std::to_string(kRegexNestingMax), "54001"};
    }
    std::vector<RegexBranch> all;
    do {
      all.push_back(PACTOLUS_TRY(branch(depth)));
    } while (reader_.take(U"|"));
    return all;
  }

  Result<RegexBranch, RegexError> branch(size_t depth) {
    RegexBranch pieces;
    std::vector<WordEdge> edges;
    for (;;) {
      skip_blanks_and_comments();
      if (reader_.at_end() || reader_.sees(U"|") || reader_.sees(U")")) break;
      if (reader_.sees(U"\\m") || reader_.sees(U"[[:<:]]")) edges.push_back({pieces.size(), true});
      if (reader_.sees(U"\\M") || reader_.sees(U"[[:>:]]")) edges.push_back({pieces.size(), false});
      pieces.push_back(PACTOLUS_TRY(piece(depth)));
    }
    // RE2 has no edge of one kind; where a word's character must follow (or precede), any edge is of that
    // kind.
    for (WordEdge edge : edges) {
      std::span<const RegexPiece> before(pieces.data(), edge.piece);
      std::span<const RegexPiece> after = std::span<const RegexPiece>(pieces).subspan(edge.piece + 1);
      if (!touches_word(edge.begin ? after : before, edge.begin)) {
        return edge.begin
                   ? reader_.unsupported("\\m where no word character must follow", "\\y is any edge")
                   : reader_.unsupported("\\M where no word character must precede", "\\y is any edge");
      }
    }
    return pieces;
  }

  std::optional<RegexAssertion> take_assertion() {
    bool lines = reader_.flags().newline_anchors;
    if (reader_.take(U"^")) return lines ? RegexAssertion::kLineBegin : RegexAssertion::kTextBegin;
    if (reader_.take(U"$")) return lines ? RegexAssertion::kLineEnd : RegexAssertion::kTextEnd;
    if (reader_.take(U"\\A")) return RegexAssertion::kTextBegin;
    if (reader_.take(U"\\Z")) return RegexAssertion::kTextEnd;
    if (reader_.take(U"\\Y")) return RegexAssertion::kNoWordEdge;
    for (std::u32string_view edge : {U"\\y", U"\\m", U"\\M", U"[[:<:]]", U"[[:>:]]"}) {
      if (reader_.take(edge)) return RegexAssertion::kWordEdge;
    }
    return std::nullopt;
  }

  Result<RegexPiece, RegexError> piece(size_t depth) {
    RegexPiece read;
    if (std::optional<RegexAssertion> assertion = take_assertion()) {
      read.atom = *assertion;
      return read;  // PostgreSQL has no quantifiers for them
    }
    PACTOLUS_TRY(read_atom(read, depth));
    skip_blanks_and_comments();
    PACTOLUS_TRY(read_quantifier(read));
    return read;
  }

  Result<void, RegexError> read_atom(RegexPiece& read, size_t depth) {
    if (sees_bounds()) return reader_.invalid("quantifier operand invalid");
    char32_t c = reader_.take();
    switch (c) {
      case '(':
        return read_group(read, depth);
      case '[':
        read.atom = PACTOLUS_TRY(reader_.read_bracket());
        return {};
      case '.': {
        CharacterSet any = CharacterSet::all();
        if (reader_.flags().newline_stops) any.remove('\n');
        read.atom = std::move(any);
        return {};
      }
      case '\\':
        if (reader_.at_end()) return reader_.invalid("invalid escape \\ sequence");
        read.atom = PACTOLUS_TRY(reader_.read_escape()).characters;
        return {};
      case '*':
      case '+':
      case '?':
        return reader_.invalid("quantifier operand invalid");
      default:
        break;
    }
    read.atom = reader_.characters(c);
    return {};
  }

  Result<void, RegexError> read_group(RegexPiece& read, size_t depth) {
    auto group = std::make_unique<RegexGroup>();
    if (reader_.take(U"?")) {
      if (reader_.sees(U"=") || reader_.sees(U"!")) return reader_.unsupported("look-ahead");
      if (reader_.sees(U"<=") || reader_.sees(U"<!")) return reader_.unsupported("look-behind");
      if (!reader_.take(U":")) return reader_.invalid("quantifier operand invalid");
    } else {
      group->number = ++groups_;
    }
    group->branches = PACTOLUS_TRY(branches(depth + 1));
    if (!reader_.take(U")")) return reader_.invalid("parentheses () not balanced");
    read.atom = std::move(group);
    return {};
  }

  bool sees_blank(size_t ahead = 0) const {
    char32_t c = reader_.peek(ahead);
    return reader_.flags().expanded && c < 0x80 && is_space(static_cast<char>(c));
  }
  void skip_blanks() {
    while (sees_blank()) reader_.take();
  }
  /// A { is a plain character unless a number follows.
  bool sees_bounds() const {
    size_t digit = 1;
    while (sees_blank(digit)) ++digit;
    return reader_.sees(U"{") && reader_.sees_digit(digit);
  }

  Result<void, RegexError> read_quantifier(RegexPiece& read) {
    if (reader_.take(U"*")) {
      read.min = 0;
      read.max = RegexPiece::kUnbounded;
    } else if (reader_.take(U"+")) {
      read.max = RegexPiece::kUnbounded;
    } else if (reader_.take(U"?")) {
      read.min = 0;
    } else if (sees_bounds()) {
      reader_.take();
      bool exact = PACTOLUS_TRY(read_bounds(read));
      if (exact) {
        reader_.take(U"?");  // leaves the choice to what is repeated
        return {};
      }
    } else {
      return {};
    }
    read.preference = reader_.take(U"?") ? RegexPreference::kShortest : RegexPreference::kLongest;
    return {};
  }

  /// From behind the { to behind the }. True: {m}.
  Result<bool, RegexError> read_bounds(RegexPiece& read) {
    read.min = read.max = PACTOLUS_TRY(read_count());
    bool exact = !reader_.take(U",");
    skip_blanks();
    if (!exact) read.max = reader_.sees_digit() ? PACTOLUS_TRY(read_count()) : RegexPiece::kUnbounded;
    if (reader_.at_end()) return reader_.invalid("braces {} not balanced");
    bool descending = read.max != RegexPiece::kUnbounded && read.min > read.max;
    if (descending || !reader_.take(U"}")) return reader_.invalid("invalid repetition count(s)");
    return exact;
  }

  Result<int, RegexError> read_count() {
    int count = 0;
    skip_blanks();
    while (reader_.sees_digit() && count <= kRepetitionsMax) {
      count = count * 10 + static_cast<int>(reader_.take() - '0');
    }
    if (count > kRepetitionsMax) return reader_.invalid("invalid repetition count(s)");
    skip_blanks();
    return count;
  }

  RegexReader reader_;
  size_t groups_ = 0;
};

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for (size_t at = 0; at < text.size();) {
    size_t bytes = character_bytes(text, at);
    auto first = static_cast<unsigned char>(text[at]);
    char32_t c = bytes == 1 ? first : first & (0x7FU >> bytes);
    for (size_t i = 1; i < bytes; ++i) c = c << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    characters += c;
    at += bytes;
  }
  return characters;
}

}  // namespace

bool RegexFlags::apply(char letter) {
  switch (letter) {
    case 'c':
      fold_case = false;
      return true;
    case 'i':
      fold_case = true;
      return true;
    case 'm':
    case 'n':
      newline_stops = newline_anchors = true;
      return true;
    case 'p':
      newline_stops = true;
      newline_anchors = false;
      return true;
    case 'q':
      literal = true;
      return true;
    case 's':
      newline_stops = newline_anchors = false;
      return true;
    case 't':
      expanded = false;
      return true;
    case 'w':
      newline_stops = false;
      newline_anchors = true;
      return true;
    case 'x':
      expanded = true;
      return true;
    default:
      return false;
  }
}

Result<RegexFlags, RegexError> RegexFlags::read(std::string_view letters) {
  RegexFlags flags;
  for (char letter : letters) {
    if (letter == 'g') {
      flags.all = true;
    } else if (letter == 'e' || letter == 'b') {
      return RegexError{std::string("the regular expression option ") + letter + " is not supported", "0A000",
                        true};
    } else if (!flags.apply(letter)) {
      return RegexError{quoted("invalid regular expression option:", letters), "22023"};
    }
  }
  if (flags.literal && (flags.expanded || flags.newline_stops || flags.newline_anchors)) {
    return RegexError{"the regular expression option q can't be combined with x, n, m, p and w"};
  }
  return flags;
}

Result<ParsedRegex, RegexError> parse_regex(std::string_view pattern, RegexFlags flags) {
  if (pattern.size() > kRegexBytesMax) {
    return RegexError{"the regular expression is longer than " + std::to_string(kRegexBytesMax) + " bytes",
                      "54000"};
  }
  return RegexParser(RegexReader(characters_of(pattern), flags)).parse();
}

}  // namespace pactolus

/// The parser's complaints name what its grammar missed. What the user did is mostly one of a few things, and
/// shows in the line: this file looks for them, the likeliest first.

#include <algorithm>
#include <optional>

#include "config/tree.h"

namespace pactolus {
namespace {

constexpr std::string_view kBlockHint =
    "put the value into a block: `|` behind the key, the text indented on the next line";

class SyntaxError {
 public:
  SyntaxError(const Tree& tree, size_t offset, std::string_view complaint)
      : tree_(tree), text_(tree.text), offset_(std::min(offset, text_.size())), complaint_(complaint) {
    // The parser stands at the end of the file, or on a line break, when it misses something before.
    bool on_text = offset_ < text_.size() && text_[offset_] != '\n' && text_[offset_] != '\r';
    size_t last = text_.substr(0, offset_).find_last_not_of(" \t\r\n");
    if (!on_text && last != std::string_view::npos) offset_ = last + 1;
    line_ = tree_.lines.line_at(offset_);
    line_begin_ = tree_.lines.line_begin(offset_);
  }

  Diagnostic explain() const {
    for (auto look : {&SyntaxError::tab, &SyntaxError::open_quote, &SyntaxError::text_behind_quote,
                      &SyntaxError::escape, &SyntaxError::indicator, &SyntaxError::block_indicator,
                      &SyntaxError::alias, &SyntaxError::second_colon, &SyntaxError::flow,
                      &SyntaxError::comment_between, &SyntaxError::indentation}) {
      if (auto found = (this->*look)()) return *std::move(found);
    }
    return at(offset_, 1, "this is not valid YAML: " + std::string(complaint_));
  }

 private:
  Diagnostic at(size_t offset, size_t bytes, std::string message, std::string_view hint = "") const {
    return tree_.diagnostic(offset, bytes, "yaml-syntax", std::move(message), std::string(hint));
  }
  bool complains(std::string_view about) const { return complaint_.find(about) != std::string_view::npos; }
  size_t indentation_bytes() const { return std::min(line_.find_first_not_of(" \t"), line_.size()); }
  bool line_has_key() const { return line_.find(": ") != std::string_view::npos || line_.ends_with(':'); }

  std::optional<Diagnostic> tab() const {
    size_t tab = line_.substr(0, indentation_bytes()).find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    return at(line_begin_ + tab, 1, "a tab in the indentation", "YAML indents with spaces only");
  }

  /// An opening quote that nothing closes is the last of its kind in the file, at the begin of a token.
  std::optional<Diagnostic> open_quote() const {
    if (!complains("illegal EOF in scalar")) return std::nullopt;
    size_t found = std::string_view::npos;
    for (char quote : {'\'', '"'}) {
      size_t last = text_.rfind(quote);
      bool begins_token =
          last != std::string_view::npos &&
          (last == 0 || std::string_view(" \t\n,:[{(").find(text_[last - 1]) != std::string_view::npos);
      if (begins_token) found = std::min(found, last);
    }
    if (found == std::string_view::npos) found = offset_;
    return unclosed_quote(tree_, found);
  }

  std::optional<Diagnostic> text_behind_quote() const {
    size_t colon = line_.find(": ");
    size_t begin =
        colon == std::string_view::npos ? indentation_bytes() : line_.find_first_not_of(' ', colon + 1);
    if (line_.substr(std::min(begin, line_.size())).starts_with("- ")) begin += 2;
    if (begin >= line_.size() || (line_[begin] != '\'' && line_[begin] != '"')) return std::nullopt;
    size_t end = line_.find(line_[begin], begin + 1);
    if (end == std::string_view::npos) return std::nullopt;
    size_t rest = line_.find_first_not_of(" \t", end + 1);
    if (rest == std::string_view::npos ||
        std::string_view("#,:]}").find(line_[rest]) != std::string_view::npos) {
      return std::nullopt;
    }
    return at(line_begin_ + rest, line_.size() - rest, "text behind the closing quote",
              "to YAML the value ends with the quote it began with; " + std::string(kBlockHint));
  }

  std::optional<Diagnostic> escape() const {
    if (!complains("escape") && !complains("hex number") && !complains("invalid unicode"))
      return std::nullopt;
    size_t backslash = text_.substr(0, offset_).rfind('\\');
    size_t begin = backslash == std::string_view::npos ? offset_ : backslash;
    return at(begin, 2, "not an escape that double quotes know",
              "single quotes and `|` blocks take a backslash as it is");
  }

  std::optional<Diagnostic> indicator() const {
    if (!complains("unknown token") || offset_ >= text_.size()) return std::nullopt;
    return at(offset_, 1, "a value cannot start with `" + std::string(1, text_[offset_]) + "`",
              "put it in quotes or in a `|` block");
  }

  std::optional<Diagnostic> block_indicator() const {
    if (complains("block entry")) {
      return at(offset_, 1, "`- ` starts an item of a list, which cannot stand behind a key",
                "items go on lines of their own; a minus stands before its number without a blank");
    }
    if (!complains("block scalar")) return std::nullopt;
    return at(offset_, 1, "`|` and `>` start a block: its text begins on the next line",
              "a value that starts with one of them must be in quotes");
  }

  std::optional<Diagnostic> alias() const {
    if (complains("not defined")) return at(offset_, 1, "no anchor of this name stands above: `&name`");
    if (!complains("alias") && !complains("anchor")) return std::nullopt;
    size_t begin = text_.substr(0, offset_).find_last_of("*&");
    return at(begin == std::string_view::npos ? offset_ : begin, 1,
              "`*` starts an alias and `&` an anchor: a name must follow",
              "a value that starts with one must be in quotes");
  }

  std::optional<Diagnostic> second_colon() const {
    if (!complains("illegal map value")) return std::nullopt;
    size_t first = line_.find(": ");
    if (first != std::string_view::npos && line_begin_ + first < offset_) {
      return at(offset_, 1, "a second `: ` in one line",
                "a value that holds `: ` must be in quotes or in a `|` block");
    }
    return at(line_begin_ + indentation_bytes(), 1,
              "this line is indented as if it went on with the value above",
              "align the key with its neighbours");
  }

  std::optional<Diagnostic> flow() const {
    if (!complains("flow")) return std::nullopt;
    constexpr std::string_view kHint =
        "inside {…} and […] YAML takes `,` `[` `]` `{` `}` for itself: write such a value on its own line";
    if (complains("illegal flow end")) return at(offset_, 1, "a closing bracket that nothing opened", kHint);
    return at(offset_, 1, "a `,` or the closing bracket of {…} or […] is missing here", kHint);
  }

  std::optional<Diagnostic> comment_between() const {
    size_t before = text_.substr(0, line_begin_).find_last_not_of(" \t\r\n");
    if (before == std::string_view::npos || line_has_key()) return std::nullopt;
    std::string_view above = tree_.lines.line_at(before);
    size_t hash = above.find('#');
    bool comment = hash != std::string_view::npos && (hash == 0 || above[hash - 1] == ' ');
    if (!comment) return std::nullopt;
    return at(line_begin_ + indentation_bytes(), line_.size() - indentation_bytes(),
              "the comment above ended the value: this line belongs to nothing", kBlockHint);
  }

  std::optional<Diagnostic> indentation() const {
    if (!complains("end of map not found") && !complains("end of sequence not found")) return std::nullopt;
    return at(line_begin_ + indentation_bytes(), 1, "this line fits no key or list above it",
              "check its indentation: neighbours begin in the same column");
  }

  const Tree& tree_;
  std::string_view text_;
  size_t offset_;
  std::string_view complaint_;
  std::string_view line_;
  size_t line_begin_ = 0;
};

}  // namespace

Diagnostic unclosed_quote(const Tree& tree, size_t offset) {
  return tree.diagnostic(
      offset, 1, "yaml-syntax", "this quote is never closed",
      "a value that begins with a quote ends with it; another kind of quotes or a `|` block "
      "can hold one");
}

Diagnostic explain_syntax_error(const Tree& tree, size_t offset, std::string_view complaint) {
  return SyntaxError(tree, offset, complaint).explain();
}

}  // namespace pactolus

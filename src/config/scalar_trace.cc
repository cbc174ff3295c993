/// Finds the place of every byte of a scalar's value in the file by laying the value beside the source, style
/// by style (YAML 1.2.2, chapters 7.3 and 8.1). The parser has decided what the value is; where the two
/// cannot be laid side by side, which takes very odd white space, the rest of the value is placed behind the
/// last character that matched.

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "config/tree.h"

namespace pactolus {
namespace {

class Tracer {
 public:
  Tracer(const Tree& tree, const NodeData& node) : tree_(tree), source_(tree.text), value_(node.text) {}

  ScalarTrace plain(size_t offset) {
    at_ = offset;
    trace_lines([this] { return false; });
    return finish(at_);
  }
  ScalarTrace single_quoted(size_t offset) {
    at_ = offset + 1;
    trace_lines([this] { return trace_doubled_quote(); });
    return finish(behind('\''));
  }
  ScalarTrace double_quoted(size_t offset) {
    at_ = offset + 1;
    trace_lines([this] { return trace_escape(); });
    return finish(behind('"'));
  }
  ScalarTrace literal(size_t offset) {
    at_ = next_line(offset);
    while (done_ < value_.size() && at_ < source_.size()) {
      size_t end = value_.find('\n', done_);
      size_t length = (end == std::string_view::npos ? value_.size() : end) - done_;
      std::string_view line = tree_.lines.line_at(at_);
      if (!line.ends_with(value_.substr(done_, length))) break;
      place_run(at_ + line.size() - length, length);
      if (done_ < value_.size()) place(at_ + line.size());
      at_ = next_line(at_);
    }
    return finish(at_);
  }
  ScalarTrace folded(size_t offset) {
    at_ = next_line(offset);
    std::optional<size_t> indent;
    size_t break_at = at_;
    while (done_ < value_.size() && at_ < source_.size()) {
      std::string_view line = tree_.lines.line_at(at_);
      bool blank = line.find_first_not_of(' ') == std::string_view::npos;
      if (!indent && !blank)
        indent = leading_blanks(line) - std::min(leading_blanks(line), leading_blanks_of_value());
      if (indent && line.size() > *indent) {
        place_breaks(break_at);
        std::string_view content = line.substr(*indent);
        if (!value_.substr(done_).starts_with(content)) break;
        place_run(at_ + *indent, content.size());
        break_at = at_ + line.size();
      }
      at_ = next_line(at_);
    }
    place_breaks(break_at);
    return finish(at_);
  }

 private:
  /// Flow scalars: runs of characters, joined where a line break was folded into a space or fewer line
  /// breaks.
  template <class TraceSpecial>
  void trace_lines(TraceSpecial trace_special) {
    while (done_ < value_.size() && at_ < source_.size()) {
      if (trace_fold() || trace_special()) continue;
      if (source_[at_] != value_[done_]) return;
      place(at_++);
    }
  }

  /// At a line break, or blanks before one: skips to the next content.
  bool trace_fold() {
    size_t line_end = source_.find_first_not_of(" \t", at_);
    if (line_end == std::string_view::npos || (source_[line_end] != '\n' && source_[line_end] != '\r'))
      return false;
    at_ = line_end;
    skip_breaks(true);
    return true;
  }

  /// From a line break to the next content. One alone may be folded to a blank; of several the first is
  /// dropped.
  void skip_breaks(bool folds_to_blank) {
    size_t content = std::min(source_.find_first_not_of(" \t\r\n", at_), source_.size());
    auto breaks = std::count(source_.begin() + at_, source_.begin() + content, '\n');
    if (folds_to_blank && breaks == 1 && value_[done_] == ' ') place(at_);
    for (; breaks > 1 && done_ < value_.size() && value_[done_] == '\n'; --breaks) place(at_);
    at_ = content;
  }

  bool trace_doubled_quote() {
    if (!source_.substr(at_).starts_with("''")) return false;
    place(at_);
    at_ += 2;
    return true;
  }

  bool trace_escape() {
    if (source_[at_] != '\\' || at_ + 1 >= source_.size()) return false;
    char kind = source_[at_ + 1];
    if (kind == '\n' || kind == '\r') {
      ++at_;
      skip_breaks(false);
      return true;
    }
    size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    size_t begin = at_;
    at_ += 2 + digits;
    do {
      place(begin);
    } while (done_ < value_.size() && (static_cast<unsigned char>(value_[done_]) & 0xC0) == 0x80);
    return true;
  }

  /// The line breaks, or the one blank, that stand in the value for the breaks before the next content line.
  void place_breaks(size_t break_at) {
    bool folded_to_blank = done_ > 0 && done_ < value_.size() && value_[done_] == ' ';
    if (folded_to_blank) return place(break_at);
    while (done_ < value_.size() && value_[done_] == '\n') place(break_at);
  }

  static size_t leading_blanks(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
  }
  /// More blanks than the indentation that an indicator (`>2`) gave belong to the value.
  size_t leading_blanks_of_value() const {
    size_t first = value_.find_first_not_of('\n');
    return first == std::string_view::npos ? 0 : leading_blanks(value_.substr(first));
  }

  size_t next_line(size_t offset) const {
    size_t end = source_.find('\n', offset);
    return end == std::string_view::npos ? source_.size() : end + 1;
  }
  size_t behind(char quote) const {
    size_t end = source_.find(quote, at_);
    return end == std::string_view::npos ? source_.size() : end + 1;
  }

  /// The next byte of the value stands at `offset`.
  void place(size_t offset) {
    bool continues = !runs_.empty() && offset == expected_ && value_[done_ - 1] != '\n';
    if (!continues) runs_.push_back({done_, tree_.lines.position(offset)});
    expected_ = offset + 1;
    ++done_;
  }
  void place_run(size_t offset, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) place(offset + i);
  }

  ScalarTrace finish(size_t end) {
    if (runs_.empty()) runs_.push_back({0, tree_.lines.position(std::min(at_, end))});
    return {std::move(runs_), done_, end};
  }

  const Tree& tree_;
  std::string_view source_;
  std::string_view value_;
  size_t at_ = 0;        // in the source
  size_t done_ = 0;      // bytes of the value that have their place
  size_t expected_ = 0;  // where the next byte stands if the run goes on
  std::vector<PositionRun> runs_;
};

}  // namespace

ScalarTrace trace_scalar(const Tree& tree, const NodeData& node) {
  Tracer tracer(tree, node);
  switch (node.style) {
    case ScalarStyle::kPlain:
      return tracer.plain(node.offset);
    case ScalarStyle::kSingleQuoted:
      return tracer.single_quoted(node.offset);
    case ScalarStyle::kDoubleQuoted:
      return tracer.double_quoted(node.offset);
    case ScalarStyle::kLiteral:
      return tracer.literal(node.offset);
    case ScalarStyle::kFolded:
      return tracer.folded(node.offset);
  }
  PACTOLUS_UNREACHABLE("unknown style of scalar");
}

}  // namespace pactolus

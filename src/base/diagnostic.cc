#include "base/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace pactolus {
namespace {

std::string_view line_of(std::string_view source, uint32_t line) {
  for (uint32_t i = 1; i < line; ++i) {
    size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  std::string_view text = source.substr(0, source.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// Blanks up to the caret, keeping tabs so that the caret stands under its token in any terminal.
std::string indent_like(std::string_view line, uint32_t column) {
  std::string indent;
  uint32_t seen = 1;
  for (char c : line) {
    bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continuation) continue;
    if (seen++ >= column) break;
    indent += c == '\t' ? '\t' : ' ';
  }
  return indent;
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++errors_;
  list_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = list_;
  std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.position) < std::tie(b.file, b.position);
  });
  return result;
}

std::string render(const Diagnostic& d, std::string_view source) {
  std::string text = d.file;
  if (d.position.line > 0) {
    text += ":" + std::to_string(d.position.line) + ":" + std::to_string(d.position.column);
  }
  text += d.severity == Severity::kError ? ": error[" : ": warning[";
  text += d.code + "]: " + d.message + "\n";
  if (std::string_view line = line_of(source, d.position.line); d.position.line > 0 && !line.empty()) {
    std::string number = std::to_string(d.position.line);
    std::string gutter(number.size(), ' ');
    text += " " + number + " | " + std::string(line) + "\n";
    text += " " + gutter + " | " + indent_like(line, d.position.column) +
            std::string(std::max(1U, d.length), '^') + "\n";
  }
  if (!d.hint.empty()) text += "   = hint: " + d.hint + "\n";
  return text;
}

}  // namespace pactolus

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

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The part of a line around the finding that fits on a screen, safe to print, and what to underline in it.
struct Excerpt {
  std::string text;
  uint32_t column;
  uint32_t length;
};

Excerpt excerpt_of(std::string_view line, uint32_t column, uint32_t length) {
  constexpr uint32_t kCharactersMax = 160;
  constexpr uint32_t kBefore = 60;
  uint32_t first = column > kCharactersMax - kBefore ? column - kBefore : 1;
  Excerpt excerpt{first > 1 ? "…" : "", column - first + 1 + (first > 1 ? 1 : 0), std::max(1U, length)};
  uint32_t character = 0;
  for (char c : line) {
    if (!is_continuation(c)) ++character;
    if (character < first) continue;
    if (character >= first + kCharactersMax) {
      excerpt.text += "…";
      break;
    }
    bool control = static_cast<unsigned char>(c) < 0x20 && c != '\t';
    excerpt.text += control ? '?' : c;
  }
  excerpt.length = std::min(excerpt.length, std::max(1U, first + kCharactersMax - column));
  return excerpt;
}

/// Blanks up to the caret, keeping tabs so that the caret stands under its token in any terminal.
std::string indent_like(std::string_view line, uint32_t column) {
  std::string indent;
  uint32_t seen = 1;
  for (char c : line) {
    if (is_continuation(c)) continue;
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
    Excerpt excerpt = excerpt_of(line, d.position.column, d.length);
    text += " " + number + " | " + excerpt.text + "\n";
    text += " " + gutter + " | " + indent_like(excerpt.text, excerpt.column) +
            std::string(excerpt.length, '^') + "\n";
  }
  if (!d.hint.empty()) text += "   = hint: " + d.hint + "\n";
  return text;
}

}  // namespace pactolus

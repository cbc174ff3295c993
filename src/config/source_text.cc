#include "config/source_text.h"

#include <algorithm>

namespace pactolus {
namespace {

uint32_t characters(std::string_view text) {
  auto starts = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return static_cast<uint32_t>(starts);
}

}  // namespace

SourceText SourceText::whole(std::string file, std::string text) {
  std::vector<Run> runs = {{0, {1, 1}}};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') runs.push_back({i + 1, {runs.back().position.line + 1, 1}});
  }
  return SourceText(std::move(file), std::move(text), std::move(runs));
}

SourcePosition SourceText::position(size_t byte) const {
  byte = std::min(byte, text_.size());
  auto after = std::upper_bound(runs_.begin(), runs_.end(), byte,
                                [](size_t wanted, const Run& run) { return wanted < run.byte; });
  const Run& run = *std::prev(after);
  SourcePosition position = run.position;
  position.column += characters(std::string_view(text_).substr(run.byte, byte - run.byte));
  return position;
}

Diagnostic SourceText::error(std::string code, size_t begin, size_t end, std::string message, std::string hint) const {
  Diagnostic diagnostic{.code = std::move(code), .message = std::move(message), .hint = std::move(hint)};
  diagnostic.file = file_;
  diagnostic.position = position(begin);
  SourcePosition last = position(std::max(begin, end));
  bool same_line = last.line == diagnostic.position.line && last.column > diagnostic.position.column;
  diagnostic.length = same_line ? last.column - diagnostic.position.column : 1;
  return diagnostic;
}

}  // namespace pactolus

#include "config/source_text.h"

#include <algorithm>

#include "base/check.h"

namespace pactolus {

uint32_t count_characters(std::string_view text) {
  auto starts = std::count_if(text.begin(), text.end(),
                              [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return static_cast<uint32_t>(starts);
}

SourceText SourceText::verbatim(std::string text, std::string file, SourcePosition start) {
  size_t bytes = text.size();
  return {std::move(text), std::move(file), {{0, start}}, bytes};
}

SourcePosition SourceText::position_of(size_t byte) const {
  PACTOLUS_CHECK(!runs.empty());
  byte = std::min({byte, traced_bytes, text.size()});
  auto after = std::upper_bound(runs.begin(), runs.end(), byte,
                                [](size_t b, const PositionRun& run) { return b < run.value_begin; });
  const PositionRun& run = *std::prev(after);
  SourcePosition position = run.position;
  position.column += count_characters(std::string_view(text).substr(run.value_begin, byte - run.value_begin));
  return position;
}

Diagnostic SourceText::diagnostic(size_t byte, size_t bytes, std::string code, std::string message,
                                  std::string hint) const {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.file = file;
  d.position = position_of(byte);
  size_t last = std::min(byte + std::max<size_t>(bytes, 1), text.size());
  auto is_outside = [&](size_t i) {
    return text[i] == ' ' || text[i] == '\n' || position_of(i).line != d.position.line;
  };
  while (last > byte + 1 && is_outside(last - 1)) --last;
  if (last > byte) d.length = position_of(last - 1).column - d.position.column + 1;
  return d;
}

}  // namespace pactolus

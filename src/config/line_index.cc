#include "config/line_index.h"

#include <algorithm>

#include "config/source_text.h"

namespace pactolus {

LineIndex::LineIndex(std::string_view text) : text_(text), line_begins_{0} {
  size_t characters = 0;
  for (size_t begin = 0; begin <= text.size(); begin += kStride) {
    characters_.push_back(characters);
    characters += count_characters(text.substr(begin, kStride));
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_begins_.push_back(i + 1);
  }
}

size_t LineIndex::line_number(size_t offset) const {
  auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  return static_cast<size_t>(after - line_begins_.begin()) - 1;
}

size_t LineIndex::characters_before(size_t offset) const {
  size_t stride = offset / kStride;
  return characters_[stride] + count_characters(text_.substr(stride * kStride, offset % kStride));
}

SourcePosition LineIndex::position(size_t offset) const {
  offset = std::min(offset, text_.size());
  size_t line = line_number(offset);
  size_t column = characters_before(offset) - characters_before(line_begins_[line]);
  return {static_cast<uint32_t>(line + 1), static_cast<uint32_t>(column + 1)};
}

size_t LineIndex::line_begin(size_t offset) const {
  return line_begins_[line_number(std::min(offset, text_.size()))];
}

std::string_view LineIndex::line_at(size_t offset) const {
  std::string_view line = text_.substr(line_begin(offset));
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace pactolus

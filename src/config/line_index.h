#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace pactolus {

/// Turns byte offsets of a text into lines and columns, in bounded time also for one endless line. Borrows
/// the text.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);

  /// Offsets beyond the end mean the end.
  SourcePosition position(size_t offset) const;
  /// The line that holds the offset, without its line break.
  std::string_view line_at(size_t offset) const;
  size_t line_begin(size_t offset) const;

 private:
  static constexpr size_t kStride = 1024;

  size_t line_number(size_t offset) const;  // from 0
  size_t characters_before(size_t offset) const;

  std::string_view text_;
  std::vector<size_t> line_begins_;
  std::vector<size_t> characters_;  // before each multiple of kStride
};

}  // namespace pactolus

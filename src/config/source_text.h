#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace pactolus {

/// A stretch of a scalar's value that stands on one line of the file, character by character.
struct PositionRun {
  size_t value_begin = 0;
  SourcePosition position;
};

/// Text taken from a user's file that knows where each of its bytes stands there, whatever quotes, escapes
/// and folded lines YAML took away. A value: it outlives the document. Threads: any.
struct SourceText {
  std::string text;
  std::string file;
  std::vector<PositionRun> runs;  // ascending, the first at 0; never empty
  size_t traced_bytes = 0;        // bytes whose place is known; those behind are placed at its end

  /// Text that stands in the file as it is, on one line from `start`.
  static SourceText verbatim(std::string text, std::string file, SourcePosition start = {1, 1});

  /// Where the byte stands; for text.size() and beyond, the place after the last character.
  SourcePosition position_of(size_t byte) const;

  /// A finding about `bytes` bytes from `byte`, underlined as far as they stand on one line of the file.
  Diagnostic diagnostic(size_t byte, size_t bytes, std::string code, std::string message,
                        std::string hint = "") const;
};

/// Characters (code points) in UTF-8 text.
uint32_t count_characters(std::string_view text);

}  // namespace pactolus

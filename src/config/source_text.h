#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace pactolus {

/// A text taken out of a user's file (an expression) that knows where each of its bytes stood there, also when it came
/// from an escaped, folded or indented YAML scalar.
class SourceText {
 public:
  /// From byte `byte` on, the text stood at `position`, character by character, up to the next run.
  struct Run {
    size_t byte;
    SourcePosition position;
  };

  /// `runs` ascend by byte and begin with byte 0.
  SourceText(std::string file, std::string text, std::vector<Run> runs)
      : file_(std::move(file)), text_(std::move(text)), runs_(std::move(runs)) {}
  /// A text that is a file of its own, for tests and defaults. Line breaks count.
  static SourceText whole(std::string file, std::string text);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  /// Where byte `byte` stood; text().size() is just behind the last character.
  SourcePosition position(size_t byte) const;
  /// An error at bytes [begin, end) of the text: underlines them up to the end of their line.
  Diagnostic error(std::string code, size_t begin, size_t end, std::string message, std::string hint = "") const;

 private:
  std::string file_;
  std::string text_;
  std::vector<Run> runs_;
};

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pactolus {

/// A place in a user's file. Lines and columns count from 1; a column is a character (code point), as editors
/// show it.
struct SourcePosition {
  uint32_t line = 0;
  uint32_t column = 0;
  auto operator<=>(const SourcePosition&) const = default;
};

enum class Severity : uint8_t { kError, kWarning };

/// One finding in a user's file.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;     // stable, kebab-case: "unknown-key", "type-mismatch"
  std::string message;  // what is wrong and what was expected
  std::string hint;     // what to write instead; empty if there is nothing to add
  std::string file;
  SourcePosition position;
  uint32_t length = 1;  // characters underlined, within the line
};

/// Collects every finding of a file, so that all are reported at once. Threads: one.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  bool has_errors() const { return errors_ > 0; }
  /// In the order of their positions; equal positions as added.
  std::vector<Diagnostic> sorted() const;
  size_t size() const { return list_.size(); }

 private:
  std::vector<Diagnostic> list_;
  size_t errors_ = 0;
};

/// `file:line:column: severity[CODE]: message`, the source line, a caret under the token, and the hint.
/// `source` is the text of the whole file.
std::string render(const Diagnostic& diagnostic, std::string_view source);

}  // namespace pactolus

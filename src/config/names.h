#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "config/document.h"

namespace pactolus {

/// A name as it was written, and where.
struct Name {
  std::string text;
  SourcePosition position;

  explicit Name(const Node& node) : text(node.text()), position(node.position()) {}
};

/// Whether the text is spelt as a name: `[A-Za-z_][A-Za-z0-9_]*`.
bool is_name(std::string_view text);
/// Whether it is spelt as the name of a stream: a name, or that of a step's output, `step.output`.
bool is_stream_name(std::string_view text);
/// Whether PostgreSQL 15 cannot read the word as a column, in whatever case: its keywords of the classes
/// "reserved" and "reserved (can be function or type)" (PostgreSQL 15 manual, appendix C).
bool is_reserved_word(std::string_view text);

/// Checks a name where it is declared: its spelling, and that PostgreSQL does not reserve it. `node` is a
/// scalar, mostly a key. False if something was reported.
bool check_name(const Node& node, Diagnostics& diagnostics);

/// The names of one scope: refuses also a second one that differs only in case. Threads: one.
class NameScope {
 public:
  bool declare(const Node& node, Diagnostics& diagnostics);

 private:
  std::map<std::string, Name> declared_;  // by lower case
};

}  // namespace pactolus

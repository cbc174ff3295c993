#pragma once

/// Inside of a Document: the nodes as the YAML parser found them. Only this folder's own files include it.

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.h"
#include "config/line_index.h"

namespace pactolus {

/// After so many findings in one file the others are left out: they drown what matters.
inline constexpr size_t kFindingsMax = 100;

struct NodeData {
  NodeKind kind = NodeKind::kNull;
  ScalarStyle style = ScalarStyle::kPlain;
  bool in_flow = false;   // somewhere inside {…} or […]
  bool reported = false;  // a diagnostic was given for it: its readers stay silent
  std::string tag;
  std::string text;                                      // of a scalar; of a null, the characters written
  size_t offset = 0;                                     // of the content in the file, behind tag and anchor
  NodeData* key = nullptr;                               // whose value it is, where it was written
  std::vector<NodeData*> items;                          // of a sequence
  std::vector<std::pair<NodeData*, NodeData*>> entries;  // of a map: key and value
  size_t expanded_nodes = 1;                             // with all below it, each alias counted in full
};

struct Tree {
  Tree(std::string file_name, std::string whole_text)
      : file(std::move(file_name)), text(std::move(whole_text)), lines(text) {}
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  /// A finding about `bytes` bytes of the file from `offset`, underlined as far as the line goes.
  Diagnostic diagnostic(size_t offset, size_t bytes, std::string code, std::string message,
                        std::string hint = "") const;

  const std::string file;
  const std::string text;
  const LineIndex lines;
  std::deque<NodeData> nodes;  // owns; addresses are stable
  const NodeData* root = nullptr;
};

/// Offset of a node's content: behind blanks, comments, tag and anchor.
size_t content_offset(std::string_view text, size_t offset);

/// Where the value of a scalar stands in the file.
struct ScalarTrace {
  std::vector<PositionRun> runs;
  size_t traced_bytes = 0;  // of the value, from its begin
  size_t end = 0;           // the offset behind its last character, closing quote included
};
ScalarTrace trace_scalar(const Tree& tree, const NodeData& node);

/// Parses tree.text into nodes. False if there is no tree to go on with; all findings are reported either
/// way.
bool read_yaml(Tree& tree, Diagnostics& diagnostics);

/// Checks the keys of a map that is complete: each a scalar and there once, no merge key, and in a flow map
/// no value that was split at a comma. What is wrong is reported and taken out of the map, or marked as
/// reported.
void check_map(const Tree& tree, NodeData& map, bool flow, Diagnostics& diagnostics);

/// What the YAML parser's complaint at `offset` means for the one who wrote the file.
Diagnostic unclosed_quote(const Tree& tree, size_t offset);
Diagnostic explain_syntax_error(const Tree& tree, size_t offset, std::string_view complaint);

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "config/source_text.h"

namespace pactolus {

struct NodeData;
struct Tree;
struct Entry;

enum class NodeKind : uint8_t { kNull, kScalar, kSequence, kMap };
enum class ScalarStyle : uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

/// "null", "text", "a list" or "a map", for messages.
std::string_view describe(NodeKind kind);

/// One node of a document: what was written, and where. A handle, cheap to copy, valid as long as its
/// Document. An alias gives the node it names. Threads: any.
class Node {
 public:
  Node(const Tree& tree, const NodeData& data) : tree_(&tree), data_(&data) {}

  NodeKind kind() const;
  bool is_null() const { return kind() == NodeKind::kNull; }
  bool is_scalar() const { return kind() == NodeKind::kScalar; }
  bool is_sequence() const { return kind() == NodeKind::kSequence; }
  bool is_map() const { return kind() == NodeKind::kMap; }

  /// A scalar's value; for a null the characters written: "null", "~" or "". Empty for lists and maps.
  const std::string& text() const;
  ScalarStyle style() const;
  /// "!secret", or empty. Documents with other tags are refused.
  const std::string& tag() const;
  /// Whether it stands inside {…} or […], where YAML takes commas and brackets for itself.
  bool in_flow() const;
  /// A diagnostic says already what is wrong with it: whoever reads it stays silent.
  bool is_reported() const;

  /// Items of a list; entries of a map in the file's order, keys are scalars, each once. Empty for other
  /// kinds.
  std::vector<Node> items() const;
  std::vector<Entry> entries() const;
  std::optional<Node> find(std::string_view key) const;

  SourcePosition position() const;
  /// The key whose value this is, or nothing for an item of a list and the root. For an alias, where it was
  /// defined.
  std::optional<Node> key() const;
  /// Where a byte of text() stands in the file.
  SourcePosition position_of(size_t byte_in_value) const;
  /// text() with all its positions.
  SourceText source_text() const;
  /// What stands behind a plain scalar on its last line, from `#` on; empty if it is followed by no comment.
  SourceText comment_behind() const;

  const std::string& file() const;
  /// A finding about this node, underlined as far as its first line goes.
  Diagnostic diagnostic(std::string code, std::string message, std::string hint = "") const;

 private:
  const Tree* tree_;
  const NodeData* data_;
};

struct Entry {
  Node key;
  Node value;
};

/// A YAML file, read whole and checked as YAML: one document in UTF-8, no duplicate or merge keys, aliases
/// without cycles and of bounded size. Knows nothing of what the file means. Immutable. Threads: any.
class Document {
 public:
  static constexpr size_t kBytesMax = 4 * 1024 * 1024;
  static constexpr int kDepthMax = 64;
  static constexpr size_t kNodesMax = 500'000;  // aliases counted in full

  /// Nothing if there is no tree to go on with. A document may come together with diagnostics: what they
  /// concern is left out of it or marked as reported, so that the rest can be checked too.
  static std::optional<Document> parse(std::string file, std::string text, Diagnostics& diagnostics);
  static std::optional<Document> load(const std::string& path, Diagnostics& diagnostics);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const std::string& file() const;
  /// For render(): without a byte order mark.
  const std::string& text() const;
  Node root() const;

 private:
  explicit Document(std::unique_ptr<const Tree> tree);

  std::unique_ptr<const Tree> tree_;
};

}  // namespace pactolus

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "config/characters.h"
#include "config/tree.h"

namespace pactolus {
namespace {

constexpr std::string_view kKnownTags[] = {"!secret"};

/// Thrown through the parser, which offers no other way to stop it.
struct Stop {};

ScalarStyle style_at(std::string_view text, size_t offset) {
  switch (offset < text.size() ? text[offset] : '\0') {
    case '\'':
      return ScalarStyle::kSingleQuoted;
    case '"':
      return ScalarStyle::kDoubleQuoted;
    case '|':
      return ScalarStyle::kLiteral;
    case '>':
      return ScalarStyle::kFolded;
    default:
      return ScalarStyle::kPlain;
  }
}

/// The word with which a null was written, or nothing if there is none: then `rest` begins with whatever
/// comes next, which may be a key of that name.
std::string_view written_null(std::string_view rest) {
  for (std::string_view word : {"null", "Null", "NULL", "~"}) {
    if (!rest.starts_with(word)) continue;
    size_t next = rest.find_first_not_of(" \t", word.size());
    bool is_key = next != std::string_view::npos && rest[next] == ':';
    return is_key ? std::string_view{} : word;
  }
  return {};
}

/// Builds the tree from the parser's events, and stops it where the tree would grow beyond its bounds.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Tree& tree, Diagnostics& diagnostics) : tree_(tree), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    auto offset = static_cast<size_t>(mark.pos);
    size_t bytes = tree_.text.compare(offset, 3, "---") == 0 ? 3 : 1;
    stop(tree_.diagnostic(offset, bytes, "second-document", "a second YAML document starts here",
                          "one file holds one document: put the rest into a file of its own"));
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    NodeData& node = add(mark, "");
    if (!expects_key()) {
      node.text = written_null(std::string_view(tree_.text).substr(node.offset));
      if (node.text.empty()) node.offset = place_of_nothing(static_cast<size_t>(mark.pos));
    }
    finish(node, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    NodeData& node = add(mark, tag);
    node.kind = NodeKind::kScalar;
    node.text = value;
    if (tag != "?") node.style = style_at(tree_.text, node.offset);
    check_value(node);
    finish(node, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto target = anchors_.find(anchor);
    auto offset = static_cast<size_t>(mark.pos);
    if (target == anchors_.end()) {
      stop(tree_.diagnostic(offset, 1, "alias-cycle", "this alias stands inside the node that it names",
                            "a node cannot contain itself"));
    }
    attach(*target->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, NodeKind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, NodeKind::kMap);
  }
  void OnMapEnd() override {
    Frame& frame = open_.back();
    check_map(tree_, *frame.node, frame.flow, diagnostics_);
    close();
  }

 private:
  struct Frame {
    NodeData* node;
    YAML::anchor_t anchor;
    bool flow;
    NodeData* pending_key = nullptr;
  };

  [[noreturn]] void stop(Diagnostic diagnostic) {
    diagnostics_.add(std::move(diagnostic));
    throw Stop{};
  }

  NodeData& add(const YAML::Mark& mark, const std::string& tag) {
    if (tree_.nodes.size() >= Document::kNodesMax) stop_too_many_nodes(static_cast<size_t>(mark.pos));
    NodeData& node = tree_.nodes.emplace_back();
    node.offset = content_offset(tree_.text, static_cast<size_t>(mark.pos));
    node.in_flow = !open_.empty() && open_.back().flow;
    bool untagged = tag.empty() || tag == "?" || tag == "!";
    if (!untagged) set_tag(node, tag, static_cast<size_t>(mark.pos));
    return node;
  }

  void set_tag(NodeData& node, const std::string& tag, size_t offset) {
    if (std::find(std::begin(kKnownTags), std::end(kKnownTags), tag) != std::end(kKnownTags)) {
      node.tag = tag;
      return;
    }
    size_t bytes = tree_.text.find_first_of(" \t\r\n", offset) - offset;
    diagnostics_.add(tree_.diagnostic(offset, bytes, "unknown-tag",
                                      "YAML tags other than `!secret` have no meaning here",
                                      "a value that starts with `!` must be in quotes"));
    node.reported = true;
  }

  void check_value(NodeData& node) {
    bool quoted = node.style == ScalarStyle::kSingleQuoted || node.style == ScalarStyle::kDoubleQuoted;
    if (node.text.find('\0') != std::string::npos || !is_utf8(node.text)) {
      diagnostics_.add(tree_.diagnostic(node.offset, 1, "control-character",
                                        "the escapes in this text make a character that no text can hold"));
      node.reported = true;
    } else if (quoted && tree_.text[trace_scalar(tree_, node).end - 1] != tree_.text[node.offset]) {
      diagnostics_.add(unclosed_quote(tree_, node.offset));  // the parser lets the file end there
      node.reported = true;
    }
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node->kind == NodeKind::kMap && open_.back().pending_key == nullptr;
  }

  /// For a value that was not written: its key, or the dash in whose place it would stand.
  size_t place_of_nothing(size_t next) const {
    if (!open_.empty() && open_.back().pending_key != nullptr) return open_.back().pending_key->offset;
    size_t dash = std::string_view(tree_.text).substr(0, next).find_last_not_of(" \t\r\n");
    return dash == std::string_view::npos ? 0 : dash;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style, NodeKind kind) {
    auto offset = static_cast<size_t>(mark.pos);
    if (open_.size() >= Document::kDepthMax) {
      stop(tree_.diagnostic(offset, 1, "nesting-too-deep",
                            "nested deeper than " + std::to_string(Document::kDepthMax) + " levels"));
    }
    NodeData& node = add(mark, tag);
    node.kind = kind;
    if (!node.tag.empty()) {
      diagnostics_.add(
          tree_.diagnostic(offset, node.tag.size(), "unknown-tag",
                           "`" + node.tag + "` stands before text, not " + std::string(describe(kind))));
      node.reported = true;
    }
    bool flow = style == YAML::EmitterStyle::Flow || node.in_flow;
    open_.push_back({&node, anchor, flow});
  }

  void close() {
    Frame frame = open_.back();
    open_.pop_back();
    finish(*frame.node, frame.anchor);
  }

  void finish(NodeData& node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    attach(node);
    if (diagnostics_.size() - findings_before_ > kFindingsMax) {
      stop(tree_.diagnostic(node.offset, 1, "too-many-findings", "the rest of the file was not looked at",
                            "mend what was reported so far"));
    }
  }

  void attach(NodeData& node) {
    if (open_.empty()) {
      tree_.root = &node;
      return;
    }
    Frame& parent = open_.back();
    parent.node->expanded_nodes += node.expanded_nodes;
    if (parent.node->expanded_nodes > Document::kNodesMax) stop_too_many_nodes(parent.node->offset);
    if (parent.node->kind == NodeKind::kSequence) {
      parent.node->items.push_back(&node);
    } else if (parent.pending_key == nullptr) {
      parent.pending_key = &node;
    } else {
      if (node.key == nullptr) node.key = parent.pending_key;
      parent.node->entries.emplace_back(parent.pending_key, &node);
      parent.pending_key = nullptr;
    }
  }

  [[noreturn]] void stop_too_many_nodes(size_t offset) {
    stop(tree_.diagnostic(
        offset, 1, "too-many-nodes",
        "more than " + std::to_string(Document::kNodesMax) + " values, those of aliases counted each time",
        "anchors and aliases may multiply: name a node once less often"));
  }

  Tree& tree_;
  Diagnostics& diagnostics_;
  const size_t findings_before_ = diagnostics_.size();
  int documents_ = 0;
  std::vector<Frame> open_;
  std::unordered_map<YAML::anchor_t, NodeData*> anchors_;  // of complete nodes
};

}  // namespace

size_t content_offset(std::string_view text, size_t offset) {
  while (offset < text.size()) {
    char c = text[offset];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++offset;
    } else if (c == '!' || c == '&') {
      offset = std::min(text.find_first_of(" \t\r\n,[]{}", offset), text.size());
    } else if (c == '#') {
      offset = std::min(text.find('\n', offset), text.size());
    } else {
      break;
    }
  }
  return offset;
}

bool read_yaml(Tree& tree, Diagnostics& diagnostics) {
  std::istringstream in(tree.text);
  TreeBuilder builder(tree, diagnostics);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return false;
  } catch (const YAML::Exception& e) {
    size_t offset = e.mark.pos < 0 ? 0 : static_cast<size_t>(e.mark.pos);
    diagnostics.add(explain_syntax_error(tree, offset, e.msg));
    return false;
  }
  if (tree.root == nullptr) tree.root = &tree.nodes.emplace_back();
  return true;
}

}  // namespace pactolus

#include <algorithm>
#include <unordered_map>

#include "config/expression_shape.h"
#include "config/tree.h"

namespace pactolus {
namespace {

using MapEntry = std::pair<NodeData*, NodeData*>;

bool is_written(const NodeData& node) { return node.kind != NodeKind::kNull || !node.text.empty(); }

/// `{a: round(x, 2)}` is to YAML the value `round(x` and a key `2)` without value.
class CommaSplits {
 public:
  CommaSplits(const Tree& tree, std::vector<MapEntry>& entries, Diagnostics& diagnostics)
      : tree_(tree), entries_(entries), diagnostics_(diagnostics) {}

  void join() {
    std::vector<MapEntry> kept;
    for (size_t i = 0; i < entries_.size();) {
      kept.push_back(entries_[i]);
      size_t behind = end_of_split(i);
      if (behind > i + 1) report(i, behind - 1);
      i = behind;
    }
    entries_ = std::move(kept);
  }

 private:
  /// The first entry that is not a fragment of the value of entry `first`.
  size_t end_of_split(size_t first) const {
    const NodeData& value = *entries_[first].second;
    bool plain = value.kind == NodeKind::kScalar && value.style == ScalarStyle::kPlain;
    if (!plain || !shape_of(value.text).is_cut()) return first + 1;
    std::string joined = value.text;
    size_t i = first + 1;
    while (i < entries_.size() && !is_written(*entries_[i].second) && shape_of(joined).is_cut()) {
      joined += ", " + entries_[i++].first->text;
    }
    return i;
  }

  void report(size_t first, size_t last) {
    NodeData& value = *entries_[first].second;
    const NodeData& last_key = *entries_[last].first;
    size_t end = trace_scalar(tree_, last_key).end;
    std::string whole = tree_.text.substr(value.offset, end - value.offset);
    diagnostics_.add(tree_.diagnostic(
        value.offset, whole.size(), "split-at-comma",
        "a comma inside {…} ends the value: YAML reads `" + value.text + "` and a key `" +
            entries_[first + 1].first->text + "`",
        "write it on a line of its own: `" + entries_[first].first->text + ": " + whole + "`"));
    value.reported = true;
  }

  const Tree& tree_;
  std::vector<MapEntry>& entries_;
  Diagnostics& diagnostics_;
};

Diagnostic about_key(const Tree& tree, const NodeData& key, std::string code, std::string message,
                     std::string hint) {
  size_t bytes = key.kind == NodeKind::kScalar ? trace_scalar(tree, key).end - key.offset : 1;
  return tree.diagnostic(key.offset, bytes, std::move(code), std::move(message), std::move(hint));
}

/// What is wrong with a key by itself.
std::optional<Diagnostic> check_key(const Tree& tree, const NodeData& key) {
  if (key.kind != NodeKind::kScalar) {
    return about_key(tree, key, "key-not-text", "a key must be text, not " + std::string(describe(key.kind)),
                     "");
  }
  if (key.text == "<<") {
    return about_key(tree, key, "merge-key", "merge keys are not part of YAML 1.2",
                     "write the keys out, or use an alias for a whole value: `key: *name`");
  }
  return std::nullopt;
}

}  // namespace

void check_map(const Tree& tree, NodeData& map, bool flow, Diagnostics& diagnostics) {
  if (flow) CommaSplits(tree, map.entries, diagnostics).join();
  std::unordered_map<std::string_view, const NodeData*> seen;
  size_t findings = 0;
  auto is_wrong = [&](const MapEntry& entry) {
    const NodeData& key = *entry.first;
    std::optional<Diagnostic> finding = check_key(tree, key);
    if (!finding) {
      auto [first, is_new] = seen.emplace(key.text, &key);
      if (is_new) return false;
      std::string line = std::to_string(tree.lines.position(first->second->offset).line);
      finding = about_key(tree, key, "duplicate-key", "the key `" + key.text + "` stands here a second time",
                          "the first is in line " + line);
    }
    if (findings++ < kFindingsMax) diagnostics.add(*std::move(finding));
    map.reported = true;
    return true;
  };
  std::erase_if(map.entries, is_wrong);
}

}  // namespace pactolus

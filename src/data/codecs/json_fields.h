#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/decoded_batch.h"

namespace pactolus {

/// The names that a decoder looks for in a JSON object, as a tree: one node per object or field on the way to
/// a value. Immutable.
class JsonFields {
 public:
  struct Node {
    std::string name;
    uint32_t id = 0;               // numbers the nodes of a tree from 0 on
    std::vector<uint32_t> fields;  // which fields have their value here; usually one or none
    std::vector<Node> children;    // what is looked for inside, if the value is an object
  };

  JsonFields() = default;
  /// The fields whose origin is the value.
  explicit JsonFields(const DecodedFields& fields);
  /// Those of `chosen` whose origin is the value.
  JsonFields(const DecodedFields& fields, std::span<const size_t> chosen);

  const Node& root() const { return root_; }
  size_t node_count() const { return node_count_; }
  /// Nodes with fields.
  size_t leaf_count() const { return leaf_count_; }

 private:
  void add(uint32_t index, const SourceField& field);
  Node& child_of(Node& parent, const std::string& name);

  Node root_;
  uint32_t node_count_ = 1;
  size_t leaf_count_ = 0;
};

}  // namespace pactolus

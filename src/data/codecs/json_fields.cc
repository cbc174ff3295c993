#include "data/codecs/json_fields.h"

namespace pactolus {

JsonFields::JsonFields(const DecodedFields& fields) {
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const SourceField& field = fields[i]->source;
    if (field.origin != SourceField::kValue) continue;
    Node* node = &root_;
    for (const std::string& name : field.path) node = &child_of(*node, name);
    if (node->fields.empty()) ++leaf_count_;
    node->fields.push_back(i);
  }
}

JsonFields::Node& JsonFields::child_of(Node& parent, const std::string& name) {
  for (Node& child : parent.children) {
    if (child.name == name) return child;
  }
  return parent.children.emplace_back(Node{name, node_count_++, {}, {}});
}

}  // namespace pactolus

#include "data/codecs/json_fields.h"

namespace pactolus {

JsonFields::JsonFields(const DecodedFields& fields) {
  for (uint32_t i = 0; i < fields.size(); ++i) add(i, fields[i]->source);
}

JsonFields::JsonFields(const DecodedFields& fields, std::span<const size_t> chosen) {
  for (size_t i : chosen) add(static_cast<uint32_t>(i), fields[i]->source);
}

void JsonFields::add(uint32_t index, const SourceField& field) {
  if (field.origin != SourceField::kValue) return;
  Node* node = &root_;
  for (const std::string& name : field.path) node = &child_of(*node, name);
  if (node->fields.empty()) ++leaf_count_;
  node->fields.push_back(index);
}

JsonFields::Node& JsonFields::child_of(Node& parent, const std::string& name) {
  for (Node& child : parent.children) {
    if (child.name == name) return child;
  }
  return parent.children.emplace_back(Node{name, node_count_++, {}, {}});
}

}  // namespace pactolus

#include "aggregates/group_states.h"

#include <cstring>

#include "expr/batch_of_text.h"

namespace pactolus::testing {

GroupStates::GroupStates(const Aggregate& aggregate, size_t groups) : aggregate_(aggregate) {
  for (size_t i = 0; i < groups; ++i) memory_.emplace_back(aggregate.state_size() / 8, 0);
}

GroupStates::~GroupStates() {
  for (size_t group = 0; group < memory_.size(); ++group) {
    for (size_t offset : aggregate_.blob_offsets()) {
      BlobRef blob;
      std::memcpy(&blob, at(group) + offset, sizeof blob);
      heap_.release(blob);
    }
  }
}

void GroupStates::add(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
                      const std::vector<size_t>& groups) {
  std::vector<std::byte*> states;
  for (size_t group : groups) states.push_back(at(group));
  aggregate_.add(arguments, rows, states, heap_);
}

std::string GroupStates::result(size_t group) {
  Column out(aggregate_.result_type(), 1);
  RowErrors errors;
  const std::byte* states[] = {at(group)};
  aggregate_.result(states, out, errors);
  if (auto failed = errors.take(); !failed.empty()) return "ERROR " + failed[0].code;
  return shown(out, 0);
}

}  // namespace pactolus::testing

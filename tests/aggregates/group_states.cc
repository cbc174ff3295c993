#include "aggregates/group_states.h"

#include <cstring>

#include "data/key_encoding.h"
#include "expr/batch_of_text.h"

namespace pactolus::testing {

StateMemory::StateMemory(const AggregateState& aggregate, size_t groups) : aggregate_(aggregate) {
  for (size_t i = 0; i < groups; ++i) memory_.emplace_back(aggregate.state_size() / 8, 0);
}

StateMemory::~StateMemory() {
  for (size_t group = 0; group < memory_.size(); ++group) {
    for (size_t offset : aggregate_.blob_offsets()) {
      BlobRef blob;
      std::memcpy(&blob, at(group) + offset, sizeof blob);
      heap_.release(blob);
    }
  }
}

std::string StateMemory::result(size_t group) {
  Column out(aggregate_.result_type(), 1);
  RowErrors errors;
  const std::byte* states[] = {at(group)};
  aggregate_.result(states, out, errors);
  if (auto failed = errors.take(); !failed.empty()) return "ERROR " + failed[0].code;
  return shown(out, 0);
}

void GroupStates::add(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
                      const std::vector<size_t>& groups) {
  std::vector<std::byte*> states;
  for (size_t group : groups) states.push_back(at(group));
  aggregate_.add(arguments, rows, states, heap());
}

void OrderedSetGroup::add(const Column& values, uint32_t row) {
  if (values.is_null(row)) return;
  std::string key;
  append_key_value(values, row, key);
  auto& entry = entries_.try_emplace(key, aggregate_.entry_size() / 8, 0).first->second;
  aggregate_.add(values, row, reinterpret_cast<std::byte*>(entry.data()), *this, at(0), heap());
}

std::optional<TakenValue> OrderedSetGroup::after(std::string_view key) {
  ++steps_;
  auto found = entries_.upper_bound(key);
  return found == entries_.end() ? std::nullopt : std::optional(taken(*found));
}

std::optional<TakenValue> OrderedSetGroup::before(std::string_view key) {
  ++steps_;
  auto found = entries_.lower_bound(key);
  return found == entries_.begin() ? std::nullopt : std::optional(taken(*--found));
}

}  // namespace pactolus::testing

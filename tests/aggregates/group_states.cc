#include "aggregates/group_states.h"

#include <cstring>

#include "base/check.h"
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

std::string StateMemory::content(size_t group) {
  std::string bytes(reinterpret_cast<const char*>(at(group)), aggregate_.state_size());
  std::string blobs;
  for (size_t offset : aggregate_.blob_offsets()) {
    BlobRef blob;
    std::memcpy(&blob, at(group) + offset, sizeof blob);
    blobs += std::to_string(blob.size) + ":" + std::string(blob.view());
    bytes.replace(offset, sizeof blob, sizeof blob, '\0');
  }
  return bytes + blobs;
}

void GroupStates::add(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
                      const std::vector<size_t>& groups) {
  aggregate_.add(arguments, rows, states_of(groups), heap());
}

void GroupStates::retract(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
                          const std::vector<size_t>& groups) {
  aggregate_.retract(arguments, rows, states_of(groups), heap());
}

std::vector<std::byte*> GroupStates::states_of(const std::vector<size_t>& groups) {
  std::vector<std::byte*> states;
  for (size_t group : groups) states.push_back(at(group));
  return states;
}

void OrderedSetGroup::add(const Column& values, uint32_t row) {
  if (values.is_null(row)) return;
  std::string key;
  aggregate_.append_key(values, row, key);
  auto& entry = entries_.try_emplace(key, aggregate_.entry_size() / 8, 0).first->second;
  aggregate_.add(values, row, reinterpret_cast<std::byte*>(entry.data()), *this, at(0), heap());
}

void OrderedSetGroup::retract(const Column& values, uint32_t row) {
  if (values.is_null(row)) return;
  std::string key;
  aggregate_.append_key(values, row, key);
  auto entry = entries_.find(key);
  PACTOLUS_CHECK(entry != entries_.end(), "a row is taken back that wasn't there");
  const uint64_t left = --entry->second[0];
  if (left == 0) entries_.erase(entry);
  aggregate_.retract(values, row, left, *this, at(0), heap());
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

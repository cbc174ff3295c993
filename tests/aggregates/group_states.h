#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "aggregates/ordered_set.h"

namespace pactolus::testing {

/// States of one aggregate, in one table's heap. Releases its blobs at the end.
class StateMemory {
 public:
  StateMemory(const AggregateState& aggregate, size_t groups);
  StateMemory(const StateMemory&) = delete;
  StateMemory& operator=(const StateMemory&) = delete;
  ~StateMemory();

  const std::vector<uint64_t>& words(size_t group) const { return memory_[group]; }
  BlobHeap& heap() { return heap_; }

  /// What psql would show for a group: null as "NULL", the empty text as "''", an error as "ERROR sqlstate".
  std::string result(size_t group);
  /// The state's bytes, its blobs' content in their place.
  std::string content(size_t group);

 protected:
  std::byte* at(size_t group) { return reinterpret_cast<std::byte*>(memory_[group].data()); }

 private:
  const AggregateState& aggregate_;
  std::vector<std::vector<uint64_t>> memory_;
  BlobHeap heap_;
};

class GroupStates : public StateMemory {
 public:
  GroupStates(const Aggregate& aggregate, size_t groups)
      : StateMemory(aggregate, groups), aggregate_(aggregate) {}

  void add(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
           const std::vector<size_t>& groups);
  void retract(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
               const std::vector<size_t>& groups);
  void merge(size_t into, size_t from) { aggregate_.merge(at(into), at(from), heap()); }

 private:
  std::vector<std::byte*> states_of(const std::vector<size_t>& groups);

  const Aggregate& aggregate_;
};

/// One group of an ordered-set aggregate, with its values.
class OrderedSetGroup final : public StateMemory, private TakenValues {
 public:
  explicit OrderedSetGroup(const OrderedSetAggregate& aggregate)
      : StateMemory(aggregate, 1), aggregate_(aggregate) {}

  void add(const Column& values, uint32_t row);
  void retract(const Column& values, uint32_t row);
  std::string result() { return StateMemory::result(0); }
  std::string content() { return StateMemory::content(0); }
  size_t values() const { return entries_.size(); }
  /// How often it was asked for a neighbour.
  size_t steps() const { return steps_; }

 private:
  using Entries = std::map<std::string, std::vector<uint64_t>, std::less<>>;
  std::optional<TakenValue> after(std::string_view key) override;
  std::optional<TakenValue> before(std::string_view key) override;
  static TakenValue taken(const Entries::value_type& entry) {
    return {entry.first, reinterpret_cast<const std::byte*>(entry.second.data())};
  }

  const OrderedSetAggregate& aggregate_;
  Entries entries_;
  size_t steps_ = 0;
};

}  // namespace pactolus::testing

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "aggregates/aggregate.h"

namespace pactolus::testing {

/// States of one aggregate, in one table's heap. Releases its blobs at the end.
class GroupStates {
 public:
  GroupStates(const Aggregate& aggregate, size_t groups);
  ~GroupStates();

  const std::vector<uint64_t>& words(size_t group) const { return memory_[group]; }
  BlobHeap& heap() { return heap_; }

  void add(std::span<const ColumnPtr> arguments, const std::vector<uint32_t>& rows,
           const std::vector<size_t>& groups);
  void merge(size_t into, size_t from) { aggregate_.merge(at(into), at(from), heap_); }

  /// What psql would show for a group: null as "NULL", the empty text as "''", an error as "ERROR sqlstate".
  std::string result(size_t group);

 private:
  std::byte* at(size_t group) { return reinterpret_cast<std::byte*>(memory_[group].data()); }

  const Aggregate& aggregate_;
  std::vector<std::vector<uint64_t>> memory_;
  BlobHeap heap_;
};

}  // namespace pactolus::testing

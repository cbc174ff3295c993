#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "aggregates/ordered_set.h"
#include "data/byte_rows.h"
#include "data/column.h"
#include "state/state_table.h"

namespace pactolus {

/// The values that an ordered-set aggregate has taken in each group (and window), and how many rows had each.
/// Like a DISTINCT's they are entries of a state table of their own, keyed by the group's key and the value:
/// a commit costs what it changed. Owned by the operator. Threads: the task's.
class SortedValues {
 public:
  /// `table`: declared with sorted_layout().
  SortedValues(const OrderedSetAggregate& aggregate, StateTable& table)
      : aggregate_(aggregate), table_(table) {}

  /// Adds rows of `values` in their order to the groups with these keys and states. `heap`: of the states.
  void add(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
           std::span<const std::string_view> keys, std::span<std::byte* const> states, BlobHeap& heap);
  /// Takes rows back that were added before.
  void retract(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
               std::span<const std::string_view> keys, std::span<std::byte* const> states, BlobHeap& heap);
  /// The values of rows are about to be added or retracted.
  void prefetch(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                std::span<const std::string_view> keys);
  void drop_window(EventTime end) { table_.drop_window(end); }
  /// Of a table without windows.
  void erase_group(std::string_view key) { table_.running().erase_all(key); }

 private:
  HotTable* encode(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                   std::span<const std::string_view> keys);

  const OrderedSetAggregate& aggregate_;
  StateTable& table_;
  // Scratch.
  ByteRows encoded_;
  std::vector<size_t> places_;  // of the rows whose values are not null
  std::vector<std::string_view> entry_keys_;
};

/// Of a call's values; `call` is its text, `key` the groups' key, `value` the type of the values.
TableLayout sorted_layout(const std::string& step, const std::string& call, bool windowed, const Schema& key,
                          Type value, const OrderedSetAggregate& aggregate);

}  // namespace pactolus

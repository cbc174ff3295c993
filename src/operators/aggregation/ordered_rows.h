#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "data/byte_rows.h"
#include "data/column.h"
#include "data/row_errors.h"
#include "operators/aggregation/aggregate_program.h"
#include "state/state_table.h"

namespace pactolus {

/// A group whose result is wanted.
struct GroupState {
  std::string_view key;
  EventTime window_end;  // EventTime::max() for a running table
  const std::byte* row;  // its state row
};

/// The rows of an aggregate call with ORDER BY, in order. What the function takes of each is an entry of a
/// state table of its own, keyed by the group's key, what is ordered by, and the row's place among its
/// group's as they came; the group's state is only how many they are. So a row costs the same however many
/// there are, and it doesn't matter what the function is: it is given the rows when its result is wanted. Of
/// a state that was copied earlier the result is that of the rows there were then. Owned by the operator.
/// Threads: the task's.
class OrderedRows {
 public:
  /// `call`: with `table`'s layout, ordered_layout(). `state_offset`: of its state in the groups' rows.
  OrderedRows(const BoundCall& call, size_t state_offset, StateTable& table)
      : call_(call), state_offset_(state_offset), table_(table) {}

  /// Adds rows, as they came, of the call's columns to the groups with these keys and states.
  void add(EventTime window_end, std::span<const ColumnPtr> columns, std::span<const uint32_t> rows,
           std::span<const std::string_view> keys, std::span<std::byte* const> states);
  void drop_window(EventTime end) { table_.drop_window(end); }
  /// Of a table without windows.
  void erase_group(std::string_view key) { table_.running().erase_all(key); }

  /// The results of groups.
  std::shared_ptr<Column> results(std::span<const GroupState> groups, RowErrors& errors) const;

 private:
  void encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows,
              std::span<const std::string_view> keys, std::span<const int64_t> places);
  void keep(const Column& column, uint32_t row, size_t argument, std::byte* entry, BlobHeap& heap) const;
  std::vector<const std::byte*> entries_of(const GroupState& group) const;
  std::vector<const std::byte*> rows_until(const GroupState& group,
                                           std::vector<const std::byte*> entries) const;
  void give(std::span<const std::byte* const> entries, std::byte* state, BlobHeap& heap) const;
  std::vector<ColumnPtr> columns_of(std::span<const std::byte* const> entries) const;
  ColumnPtr column_of(size_t argument, std::span<const std::byte* const> entries) const;

  const BoundCall& call_;
  size_t state_offset_;
  StateTable& table_;
  // Scratch.
  ByteRows encoded_;
  std::vector<int64_t> places_;
  std::vector<std::string_view> entry_keys_;
  std::vector<std::byte*> entries_;
};

/// Of a call's rows; `text` is the call's, `key` the groups' key, `taken` the types that the function takes.
TableLayout ordered_layout(const std::string& step, const std::string& text, bool windowed, const Schema& key,
                           std::span<const Type> taken);

}  // namespace pactolus

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "data/byte_rows.h"
#include "data/column.h"
#include "state/state_table.h"

namespace pactolus {

/// Rows that an aggregate call is about to take, and their groups' keys and states, one behind the other.
struct CandidateRows {
  std::vector<uint32_t>& rows;
  std::vector<std::string_view>& keys;
  std::vector<std::byte*>& states;
};

/// Which values a DISTINCT has seen in each group (and window). Each is an entry of its own in a state table
/// beside the groups', keyed by the group's key and the value: however many there are, a commit costs what it
/// changed, and those that are not in use may lie on disk. Owned by the operator. Threads: the task's.
class DistinctValues {
 public:
  /// `table`: declared with distinct_layout(). `with_nulls`: a NULL is a value, too.
  DistinctValues(StateTable& table, bool with_nulls) : table_(table), with_nulls_(with_nulls) {}

  /// Keeps the rows whose values, taken together, are new in their group, in their order; without NULLs, of a
  /// single argument only those that are not NULL.
  void keep_new(EventTime window_end, std::span<const ColumnPtr> arguments, const CandidateRows& candidates);
  void drop_window(EventTime end) { table_.drop_window(end); }
  /// Of a table without windows.
  void erase_group(std::string_view key) { table_.running().erase_all(key); }

 private:
  StateTable& table_;
  bool with_nulls_;
  // Scratch.
  std::vector<uint8_t> wanted_;
  ByteRows encoded_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> inserted_;
};

/// Of a call's values; `call` is its text, `key` the groups' key, `arguments` the types of the values.
TableLayout distinct_layout(const std::string& step, const std::string& call, bool windowed,
                            const Schema& key, const std::vector<Type>& arguments, bool with_nulls);

}  // namespace pactolus

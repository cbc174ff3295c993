#pragma once

#include <span>
#include <vector>

#include "data/blob_heap.h"
#include "data/column_batch.h"
#include "data/row_errors.h"
#include "operators/aggregation/aggregate_program.h"
#include "operators/aggregation/distinct_values.h"
#include "operators/aggregation/ordered_rows.h"
#include "operators/aggregation/sorted_values.h"
#include "state/state_store.h"

namespace pactolus {

/// Rows of one window and the groups that they belong to, one behind the other.
struct GroupedRows {
  EventTime window_end;  // EventTime::max() for a running table
  std::span<const uint32_t> rows;
  std::span<const std::string_view> keys;  // of their groups
  std::span<std::byte* const> states;      // the groups' state rows
};

/// What the aggregate calls of a step take from one batch: their argument columns, and which rows pass their
/// FILTER. Everything that can fail happens in evaluate(), so that a row is added to all calls of its group
/// or to none. Owned by the operator. Threads: the task's.
class AggregateArguments {
 public:
  AggregateArguments(const AggregateProgram& program, StateStore& state);

  /// Evaluates arguments and filters for the rows of the batch's selection; gives the failing rows,
  /// ascending.
  std::vector<RowError> evaluate(const ColumnBatch& batch);
  /// Some call keeps texts: its states, or the values that it has seen, are as long as they are.
  bool keeps_texts() const { return texts_ + grown_bytes_ > 0; }
  /// The bytes that an entry of the state may need for texts such as this row has, for whichever rows its
  /// group has.
  size_t text_bytes(uint32_t row) const;
  /// Adds the rows of the evaluated batch to the states of their groups, in order, for every call that they
  /// pass. `heap`: of the groups' table.
  void add(const GroupedRows& grouped, BlobHeap& heap);
  /// Rows of the evaluated batch are about to be added to running groups.
  void prefetch(std::span<const uint32_t> rows, std::span<const std::string_view> keys);
  /// Takes rows that were added before out of the states of their groups. Only if all calls were bound for
  /// it.
  void retract(const GroupedRows& grouped, BlobHeap& heap);
  /// Whether the states of the group's calls, which lie in `state`, would be the same without that row of the
  /// evaluated batch, which was added before. False: not known. Only without DISTINCT, WITHIN GROUP and ORDER
  /// BY.
  bool can_spare(uint32_t row, const std::byte* state) const;
  /// What evaluate() found for a batch.
  struct EvaluatedCall {
    std::vector<ColumnPtr> columns;
    ColumnPtr filter;
  };
  using Evaluated = std::vector<EvaluatedCall>;
  /// Puts what is evaluated aside, and takes up what was put aside before.
  void exchange(Evaluated& other);
  /// The rows of the call with this number that were put in order; nullptr: the call's results are in its
  /// groups' states.
  const OrderedRows* ordered_rows(size_t call) const {
    return calls_[call].ordered ? &*calls_[call].ordered : nullptr;
  }
  /// The window's groups are gone: so is what belongs to them.
  void drop_window(EventTime end);
  /// The group is gone, of a table without windows.
  void erase_group(std::string_view key);
  /// Lets go of the batch's memory.
  void clear();

 private:
  struct Call {
    const BoundCall* bound;
    size_t state_offset;
    std::vector<ColumnPtr> columns;
    ColumnPtr filter;  // none: all rows pass
    std::optional<DistinctValues> distinct;
    std::optional<SortedValues> sorted;
    std::optional<OrderedRows> ordered;
    bool keeps_text = false;

    /// The function's arguments.
    std::span<const ColumnPtr> taken() const { return std::span(columns).first(bound->taken); }
  };

  void evaluate_call(Call& call, const ColumnBatch& batch, RowErrors& errors);
  void select_rows(const Call& call, const GroupedRows& grouped);

  std::vector<Call> calls_;
  size_t texts_ = 0;        // of a row that an entry may hold
  size_t grown_bytes_ = 0;  // that an entry may hold beside them
  // Scratch: of the rows that a call takes.
  std::vector<uint32_t> rows_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> states_;  // where a call's states begin
};

}  // namespace pactolus

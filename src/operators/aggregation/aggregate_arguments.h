#pragma once

#include <span>
#include <vector>

#include "data/blob_heap.h"
#include "data/column_batch.h"
#include "data/row_errors.h"
#include "operators/aggregation/aggregate_program.h"

namespace pactolus {

/// What the aggregate calls of a step take from one batch: their argument columns, and which rows pass their
/// FILTER. Everything that can fail happens in evaluate(), so that a row is added to all calls of its group
/// or to none. Owned by the operator. Threads: the task's.
class AggregateArguments {
 public:
  explicit AggregateArguments(const AggregateProgram& program);

  /// Evaluates arguments and filters for the rows of the batch's selection; gives the failing rows,
  /// ascending.
  std::vector<RowError> evaluate(const ColumnBatch& batch);
  /// Adds row rows[i] of the evaluated batch to the state row states[i], in order, for every call that it
  /// passes.
  void add(std::span<const uint32_t> rows, std::span<std::byte* const> states, BlobHeap& heap);
  /// Lets go of the batch's memory.
  void clear();

 private:
  struct Call {
    const BoundCall* bound;
    size_t state_offset;
    std::vector<ColumnPtr> columns;
    ColumnPtr filter;  // none: all rows pass
  };

  void evaluate_call(Call& call, const ColumnBatch& batch, RowErrors& errors);

  std::vector<Call> calls_;
  std::vector<uint32_t> rows_;      // scratch: rows that pass a filter
  std::vector<std::byte*> states_;  // scratch: where a call's states begin
};

}  // namespace pactolus

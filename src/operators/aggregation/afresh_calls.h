#pragma once

#include <vector>

#include "operators/aggregation/aggregate_arguments.h"
#include "operators/aggregation/aggregate_program.h"
#include "state/state_store.h"

namespace pactolus {

/// Calls that are given some rows, compute their results, and forget both: their states lie in a store of
/// their own. Borrows the program, whose table has neither key nor windows. Threads: the task's.
class AfreshCalls {
 public:
  explicit AfreshCalls(const AggregateProgram& program);
  /// Gives rows of a batch, in order. None of them may fail: evaluate() says whether one does.
  void add(const ColumnBatch& batch);
  /// Errors are of row 0.
  ColumnPtr result(size_t call, RowErrors& errors);
  void forget() { store_.rollback(); }

  /// As AggregateArguments'.
  std::vector<RowError> evaluate(const ColumnBatch& batch) { return arguments_.evaluate(batch); }
  size_t text_bytes(uint32_t row) const { return arguments_.text_bytes(row); }

 private:
  const AggregateProgram& program_;
  StateStore store_;
  AggregateArguments arguments_;
  StateTable& table_;
};

/// The program of calls that are computed so.
AggregateProgram afresh_program(const std::string& step, std::vector<BoundCall> calls,
                                std::vector<StateField> states);

}  // namespace pactolus

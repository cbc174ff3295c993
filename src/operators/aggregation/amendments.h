#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/aggregation/group_results.h"
#include "operators/operator.h"

namespace pactolus {

/// `late: amend`: what a row that comes too late would have been in a window that has closed. The window's
/// state is gone, so an amendment is the window's result as if this were its only row; `having` is not asked.
/// Owned by the operator; keeps no state. Threads: the task's.
class Amendments {
 public:
  explicit Amendments(const AggregateProgram& program);

  /// A row of a batch and a window of it that is closed.
  struct Missed {
    uint32_t row;
    EventTime window_end;
    std::string_view key;  // of its group in that window
  };
  /// Gives the amendments to the step's output for them, in this order. The rows' arguments can be computed.
  /// Counts results. Gives the rows of which an amendment could not be computed, ascending, each once.
  std::vector<RowError> emit(const ColumnBatch& batch, std::span<const Missed> missed, StepCounts& counts,
                             OperatorOutput& out);

 private:
  GroupResults compute(const ColumnBatch& batch, std::span<const Missed> missed);

  const AggregateProgram& program_;
  StateStore scratch_;  // empty between two calls
  StateTable& table_;
  AggregateArguments arguments_;
};

/// OperatorSpec::outputs of an aggregate.
std::vector<Node> names_of_amendments(const Node& operation);

}  // namespace pactolus

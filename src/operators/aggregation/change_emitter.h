#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "operators/aggregation/aggregate_arguments.h"
#include "operators/operator.h"

namespace pactolus {

/// What one input row did to the state of a group.
struct RowTransition {
  std::string_view key;
  EventTime window_end;
  std::optional<EventTime> end_before = std::nullopt;  // of the window, where a row may move it
  const std::byte* before = nullptr;                   // the state row before it; none: the group was new
  const std::byte* after = nullptr;  // the one after it; none: the group is gone, and `before` is what it was
  std::optional<uint32_t>
      previous;  // the transition whose `after` is this one's `before`, if it is of the same batch
};

/// Computes the results before and after each row and emits one change for each row that altered what is
/// visible of its group, in order; transitions[i] belongs to row rows[i] of the batch, ascending. Dead
/// letters go out in the order of the rows too: of the rows that were refused and of results that fail, what
/// was visible before which is retracted. `before_rows`: somebody wants them. Counts results.
void emit_changes(const AggregateProgram& program, const AggregateArguments& taken, const ColumnBatch& batch,
                  std::span<const uint32_t> rows, std::span<const RowTransition> transitions,
                  std::span<const RowError> refused, bool before_rows, StepCounts& counts,
                  OperatorOutput& out);

}  // namespace pactolus

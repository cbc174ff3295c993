#pragma once

#include <functional>
#include <span>

#include "operators/operator.h"

namespace pactolus {

/// let_pass() of a changing table's rows.
void let_changes_pass(ColumnBatch& batch, std::span<const RowError> failed,
                      const std::function<bool(uint32_t row)>& passes, StepCounts& counts,
                      OperatorOutput& out);

/// What a step without state lets through. Takes out of the selection the rows that failed (ascending), which
/// are dead letters, and those that don't pass; counts them all. Of a changing table's update is left what it
/// is behind the step: a retraction if the row after doesn't pass, an insert if the row before didn't. A row
/// that went before and cannot be computed was a dead letter when it came, and is only counted.
template <class Passes>
void let_pass(ColumnBatch& batch, std::span<const RowError> failed, const Passes& passes, StepCounts& counts,
              OperatorOutput& out) {
  if (batch.has_changes()) {
    let_changes_pass(batch, failed, passes, counts, out);
    return;
  }
  for (const RowError& error : failed) out.dead_letter(batch, error);
  remove_failed(batch.selection, failed);
  counts.dead_letters += failed.size();
  counts.filtered += std::erase_if(batch.selection, [&](uint32_t row) { return !passes(row); });
  counts.passed += batch.selection.size();
}

}  // namespace pactolus

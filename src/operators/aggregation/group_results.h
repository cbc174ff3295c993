#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "data/column_batch.h"
#include "data/row_errors.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/operator.h"

namespace pactolus {

/// The results of some groups; row i is that of group i.
struct GroupResults {
  enum Outcome : uint8_t {
    kVisible,   // computed, and `having` lets it through
    kWithheld,  // computed, and `having` holds it back
    kFailed,    // not computed: its slots in `results` are unspecified
    kGone,      // not computed: the group has no rows any more
  };
  std::vector<Outcome> outcomes;
  std::vector<RowError> failed;  // ascending
  ColumnBatch results;           // AggregateProgram::output, the selection left empty
  ColumnBatch groups;            // AggregateProgram::group: what describes a failed result
};

/// Whether `having` is asked. If not, all results that are computed are visible.
enum class Having : uint8_t { kAsked, kIgnored };

/// Computes `select` and `having` for at most kBatchRowsMax groups. `taken`: what their rows were added to.
/// `system` has their event times.
GroupResults compute_results(const AggregateProgram& program, const AggregateArguments& taken,
                             std::span<const GroupState> groups, std::shared_ptr<const SystemColumns> system,
                             Having having = Having::kAsked);

/// The results of the program's call with that number alone, which own their texts; row i is that of group i.
/// Errors are by group.
std::shared_ptr<Column> call_results(const AggregateProgram& program, const AggregateArguments& taken,
                                     size_t call, std::span<const GroupState> groups, RowErrors& errors);

/// Says in the column kIsFinal whether the results are final, if the program has that.
void mark_final(const AggregateProgram& program, bool is_final, GroupResults& results);

/// Of groups of one window that closes: computes their results and lets them out.
void emit_results_of_window(const AggregateProgram& program, const AggregateArguments& taken,
                            std::span<const GroupState> groups, StepCounts& counts, OperatorOutput& out);

/// Lets the results of closed windows out, and their failures to the dead letters, and counts both.
void emit_closed(GroupResults results, StepCounts& counts, OperatorOutput& out);

}  // namespace pactolus

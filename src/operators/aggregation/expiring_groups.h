#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "operators/aggregation/aggregate_arguments.h"
#include "operators/operator.h"
#include "operators/windows/closing_window.h"

namespace pactolus {

/// `ttl`: groups of a running table that are forgotten when none of their rows has come for a while. Each
/// group is in one place of a table by time: when to look at it next. What has been updated since is put
/// off then, so that a group is looked at about once in each ttl. Owned by the operator; one thread.
class ExpiringGroups {
 public:
  /// `groups` and `arguments`: the operator's, which must outlive this.
  ExpiringGroups(const AggregateProgram& program, StateTable& groups, AggregateArguments& arguments,
                 StateStore& state);

  /// Takes rows out whose groups may have been forgotten; gives why, ascending.
  std::vector<RowError> refuse_late(ColumnBatch& batch, EventTime watermark) const;
  /// A row at `time` was added to the group with that state row. `begins`: the group was not there before.
  void note(std::string_view key, EventTime time, bool begins, std::byte* state);

  EventTime next_due() const { return looks_.first_window_end(); }
  /// Operator::fire(): takes back the results of groups that are forgotten now.
  bool fire(size_t rows_max, StepCounts& counts, OperatorOutput& out);
  std::optional<CloseCursor> cursor() const;
  void resume(const CloseCursor& cursor) { looked_at_.resume(cursor); }
  /// After Operator::set_watermark(): nothing is under way.
  void forget_progress() { looked_at_.forget(); }

 private:
  EventTime expiry_of(EventTime time) const;
  std::vector<GroupState> find_expired(std::span<const StateGroup> groups);
  void take_back(std::span<const GroupState> expired, StepCounts& counts, OperatorOutput& out) const;

  const AggregateProgram& program_;
  const Expiry& expiry_;
  StateTable& groups_;
  AggregateArguments& arguments_;
  StateTable& looks_;
  ClosingWindow looked_at_;
  size_t last_;  // where a group's state row has the time of its last row
};

}  // namespace pactolus

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/row_codec.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/aggregation/group_results.h"
#include "operators/windows/closing_window.h"
#include "operators/windows/windows.h"

namespace pactolus {

/// What a step with `every` or `early` lets out: it notes which groups have changed since the last tick, and
/// remembers what has gone out of each, so that a result goes out only where it is another one. At a tick:
///
///     results.emit(states_of(results.tick().next(rows_max)), false, before_rows, counts, out);
///     return results.end_tick();
///
/// Owned by the operator. Threads: the task's.
class ThinnedResults {
 public:
  /// `program`: with `thinning`. `taken`: what the groups' rows were added to.
  ThinnedResults(const AggregateProgram& program, const AggregateArguments& taken, StateStore& state);

  /// The first tick behind `time`.
  EventTime tick_after(EventTime time) { return ticks_.of(time).front().end; }
  /// The groups are to be looked at then.
  void note(EventTime tick, std::span<const std::string_view> pending);
  /// The group is not to be looked at any more. True: it was noted. Many at once: load_noted() before.
  bool withdraw(std::string_view pending);
  void load_noted(std::span<const std::string_view> pending);
  /// The next tick that something is noted for; EventTime::max(): there is none.
  EventTime next_tick() const { return pending_.first_window_end(); }
  /// What is noted for it, on its way out.
  ClosingWindow& tick() { return tick_; }
  const ClosingWindow& tick() const { return tick_; }
  /// False: there is more of it.
  bool end_tick();
  /// A tick with that time is still to come, or under way.
  bool has_tick(EventTime time) { return pending_.find_window(time) != nullptr; }

  /// What went out of these groups of a window is about to be looked at.
  void load(EventTime window_end, std::span<const std::string_view> keys);
  /// The same of windows that are made of their rows.
  void load(std::span<const std::string_view> keys) { load(EventTime::max(), keys); }
  /// Lets out what differs from what went out last, and final results in any case. A group without a row is
  /// gone. Remembers what goes out, if it isn't final. Failures are dead letters; counts both.
  void emit(std::span<GroupState> groups, bool is_final, bool before_rows, StepCounts& counts,
            OperatorOutput& out);
  /// The window's groups are gone.
  void drop_window(EventTime end) { emitted_.drop_window(end); }
  /// A window that is made of its rows is gone.
  void erase(std::string_view key) { emitted_.running().erase(key); }

 private:
  /// What becomes of a group's result, which is row `row` of the batch that computed it.
  struct GroupChange {
    uint32_t row;
    bool is_visible;
    std::optional<std::string> previous;  // the image of the row that went out before, if there is one
  };

  GroupResults compute(std::span<GroupState> groups, bool is_final);
  std::shared_ptr<const SystemColumns> system_columns(std::span<const GroupState> groups) const;
  std::optional<GroupChange> decide(GroupResults& results, uint32_t row, const GroupState& group,
                                    bool is_final);
  std::optional<std::string> emitted_of(const GroupState& group);
  EventTime table_of(const GroupState& group) const;
  void emit_changes(const GroupResults& results, std::span<const GroupChange> changes, bool before_rows,
                    OperatorOutput& out);

  const AggregateProgram& program_;
  const AggregateArguments& taken_;
  StateTable& emitted_;
  StateTable& pending_;
  RowCodec codec_;
  WindowLookup ticks_;
  ClosingWindow tick_;
  std::vector<std::byte*> states_;  // scratch
};

}  // namespace pactolus

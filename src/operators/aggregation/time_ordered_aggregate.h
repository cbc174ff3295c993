#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/change_emitter.h"
#include "operators/aggregation/thinned_results.h"
#include "operators/time_order/time_ordered_rows.h"

namespace pactolus {

/// The half that aggregates have in common whose windows depend on the rows: these wait until they can be
/// taken in the order of their event times. The tables have no windows of time. Owned by the task; one
/// thread.
class TimeOrderedAggregate : public AggregateOperator {
 public:
  void set_watermark(EventTime watermark) override;

 protected:
  /// `open`: of a table of the groups' last windows.
  TimeOrderedAggregate(const AggregateProgram& program, const TimeOrder& order, const TableLayout& open,
                       StateStore& state);

  struct RowWindow {
    std::byte* state;
    bool begins;  // the row is its first
  };
  /// Finds the window that the group's next row belongs to, or makes it: its state, and its key in `key`.
  virtual RowWindow window_of(std::string_view group, EventTime time, EventTime slice_end,
                              std::string& key) = 0;
  /// Where a window's state row has the time of its last row.
  virtual size_t last_offset() const = 0;
  /// The end of the window with that state row as far as is known.
  virtual EventTime end_of(const std::byte* row) const = 0;

  /// Adds the next rows of the first slice to their windows, at most about `rows_max`. With `emit: changes`
  /// each of them gives its change; if changes are thinned, their windows are noted for the next tick.
  void take_rows(size_t rows_max, OperatorOutput& out);
  /// Lets out what has become of the windows that were noted for the first tick. False: not of all.
  bool fire_tick(size_t rows_max, OperatorOutput& out);
  /// Lets out what is still to go out of windows that have ended, and forgets them.
  void end_windows(std::span<const GroupState> ended, OperatorOutput& out);
  TimeOrderedRows& rows() { return rows_; }
  const TimeOrderedRows& rows() const { return rows_; }
  HotTable& open() { return open_.running(); }
  HotTable& windows_of_groups() { return table().running(); }
  /// EventTime::max(): changes are not thinned, or there are none.
  EventTime next_tick() const { return thinned_ ? thinned_->next_tick() : EventTime::max(); }
  std::optional<CloseCursor> tick_cursor() const {
    return thinned_ ? thinned_->tick().cursor(program().step) : std::nullopt;
  }
  /// Takes a tick up again, if the cursor is of one. `or_other`: what comes when the grace is over, or before
  /// the tick if there is none, may end at the same time.
  bool resume_tick(const CloseCursor& cursor, bool or_other);

 private:
  void emit_last_changes(std::span<const GroupState> ended, OperatorOutput& out);
  void erase_window(std::string_view key);
  void add_with_change(uint32_t row, EventTime time, const RowWindow& window);
  void emit_changes_of(const ColumnBatch& batch, OperatorOutput& out);
  const std::byte* copied(const std::byte* row);

  std::vector<RowError> admit(ColumnBatch& batch) final { return rows_.put(batch); }
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) final;

  TimeOrderedRows rows_;
  StateTable& open_;
  std::optional<ThinnedResults> thinned_;
  // Scratch.
  std::string key_;
  ByteRows window_keys_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> states_;
  std::vector<RowTransition> transitions_;
  std::vector<std::byte> images_;  // state rows before and after changes
  size_t images_used_ = 0;
};

}  // namespace pactolus

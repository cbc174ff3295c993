#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregation/aggregate_operator.h"
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
                       StateStore& state)
      : AggregateOperator(program, state), rows_(order, state), open_(state.declare(open)) {}

  /// Finds the window that the group's next row belongs to, or makes it: its state, and its key in `key`.
  virtual std::byte* window_of(std::string_view group, EventTime time, EventTime slice_end,
                               std::string& key) = 0;

  /// Adds the next rows of the first slice to their windows, at most about `rows_max`.
  void take_rows(size_t rows_max);
  TimeOrderedRows& rows() { return rows_; }
  const TimeOrderedRows& rows() const { return rows_; }
  HotTable& open() { return open_.running(); }
  HotTable& windows_of_groups() { return table().running(); }
  /// The window is gone.
  void erase_window(std::string_view key);

 private:
  std::vector<RowError> admit(ColumnBatch& batch) final { return rows_.put(batch); }
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) final;

  TimeOrderedRows rows_;
  StateTable& open_;
  // Scratch.
  std::string key_;
  ByteRows window_keys_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> states_;
};

}  // namespace pactolus

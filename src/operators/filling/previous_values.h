#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aggregates/aggregate.h"
#include "base/arena.h"
#include "operators/windows/windows.h"
#include "state/state_store.h"

namespace pactolus {

/// Where the previous values of a column come from: those of the last `within`, in a table of windows of that
/// length, so that a row's lie in its own window or in the one before. The values of a group and window form
/// a chain back in time, whose head is in a table beside it: few steps, however many there are.
struct PreviousValues {
  Duration within;
  Windows windows;
  std::unique_ptr<const Aggregate> value;  // last_value: field 0 of an entry is one value
  TableLayout layout;                      // field 1 is the time of the value before it
  TableLayout latest;                      // by group: the time of the last value
};

/// The previous values of one column in one task. Borrows the PreviousValues. Threads: the task's.
class PreviousValuesTable {
 public:
  PreviousValuesTable(const PreviousValues& previous, StateStore& state);

  const PreviousValues& previous() const { return previous_; }
  EventTime window_end(EventTime time) { return lookup_.of(time).front().end; }
  EventTime first_window_end() const { return table_.first_window_end(); }
  void drop_first_window();

  /// The value in row `row` of a column is the group's at that time; instead of one that was there.
  void remember(const ColumnPtr& column, uint32_t row, std::string_view group, EventTime time);
  /// Puts the group's last value up to `time` into row `row` of `to`; its texts into `texts`. Nothing if
  /// there is none.
  void fill(Column& to, uint32_t row, std::string_view group, EventTime time, Arena& texts);

 private:
  uint32_t before_offset() const { return previous_.layout.field_offset(1); }
  std::string_view key_of(std::string_view group, EventTime time);
  EventTime latest_in(EventTime window_end, std::string_view group);
  const std::byte* entry(HotTable& entries, std::string_view group, EventTime time);
  EventTime before(HotTable& entries, std::string_view group, EventTime time);
  void insert_into_chain(HotTable& entries, std::string_view group, EventTime last, EventTime time);
  const std::byte* find(std::string_view group, EventTime time);

  const PreviousValues& previous_;
  StateTable& table_;
  StateTable& latest_;
  WindowLookup lookup_;
  // Scratch of key_of().
  Column time_{kTimestamptzType, 1};
  std::string key_;
};

}  // namespace pactolus

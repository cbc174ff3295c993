#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/row_codec.h"
#include "operators/aggregation/aggregate_program.h"
#include "operators/looking_back/event_history.h"
#include "operators/time_order/time_ordered_rows.h"

namespace pactolus {

/// Which of its group's events a row looks back at: of those that have come before it, and at its time or
/// earlier.
struct LookBack {
  enum Reach : uint8_t {
    kTime,       // later than its time less `length`
    kRows,       // the last `rows`
    kUnbounded,  // all
  };
  std::string name;
  Reach reach = kUnbounded;
  Duration length{0};
  size_t rows = 0;
  bool with_current = true;  // the row itself is the last of them

  /// Behind which time they lie, for a row at `time`; before all times, if that does not limit them.
  EventTime after(EventTime time) const { return reach == kTime ? time - length : EventTime::min(); }
};

/// Calls whose states follow their window as it moves, in one of three ways.
struct FollowingCalls {
  enum Way : uint8_t {
    kGiveBack,  // they give events back that leave
    // When one leaves that makes a difference, they are computed anew:
    kMerge,  // from their states of parts of the window
    kRead,   // from all of its events
  };
  static constexpr size_t kWays = 3;

  Way way;
  AggregateProgram program;
  std::vector<size_t> columns;  // where their results are in the row that `select` sees
  bool in_any_order = false;    // they may take events in any order
  /// By finished chunk and run of chunks: what they have taken of these, where that was wanted. It is the
  /// window's layout. Only of kMerge.
  std::optional<TableLayout> parts = {};
};

/// A look-back window with its calls. All take columns of the step's input.
struct FrameProgram {
  LookBack look_back;
  std::vector<FollowingCalls> following;  // their states lie one behind the other
  /// Of the others: computed for each row from all events of its window.
  AggregateProgram afresh;
  /// Where the window begins in a group's row of OverProgram::states. It is there as its layout says.
  size_t offset = 0;
  /// The layout.
  std::optional<TableLayout> window;
  /// In it, behind the states: up to when the events are that they have taken; the time of the first of
  /// them, or an earlier one; the time of the group's latest event.
  size_t until_field = 0;
  size_t oldest_field = 0;
  size_t latest_field = 0;
  /// Of an unbounded window: by group, what calls that don't give events back have taken of those that are
  /// no longer kept. It is the window's layout.
  std::optional<TableLayout> base;
  // In the row that `select` sees:
  std::vector<size_t> afresh_columns;
  std::optional<size_t> complete_column;

  bool keeps_states() const { return !following.empty(); }
};

/// A column that the step adds, or puts in the place of one.
struct AddedColumn {
  size_t column;             // of the output
  ExpressionPtr expression;  // over OverProgram::raw
};

/// What a step that looks back computes. Immutable, shared by all tasks.
struct OverProgram {
  std::string step;
  std::vector<size_t> by;    // columns of the input
  bool groups_nulls = true;  // rows with a NULL among them are a group; else each of them is alone
  Duration grace{0};
  std::optional<TimeOrder> order;  // rows look back in the order of their times; none: as they come
  Schema input;
  std::vector<size_t> kept;           // columns of the input that are kept of each event
  RowCodec codec;                     // of them
  std::optional<TableLayout> states;  // by group: those of all windows. None: no call keeps any
  std::vector<FrameProgram> frames;
  HistoryProgram history;
  Duration kept_for{0};             // how long after a segment's end and grace its events are needed
  std::optional<TableLayout> tail;  // by group: its last events that are no longer kept, for windows of rows
  size_t tail_rows = 0;
  TableLayout beginning;  // one row: the event time of the first event
  Schema raw;             // the input's columns, and one for each call
  Schema output;
  std::vector<AddedColumn> added;

  /// The watermark from which on rows of a segment are late.
  EventTime closes(EventTime segment_end) const { return segment_end + grace; }
  /// The watermark at which no row looks back at a segment any more.
  EventTime due(EventTime segment_end) const { return closes(segment_end) + kept_for; }
};

}  // namespace pactolus

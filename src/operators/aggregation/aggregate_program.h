#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/ordered_set.h"
#include "data/schema.h"
#include "expr/expression.h"
#include "operators/time_order/time_ordered_rows.h"
#include "operators/windows/sessions.h"
#include "operators/windows/windows.h"
#include "state/layout.h"

namespace pactolus {

/// What rows are ordered by: a column of a call's arguments.
struct OrderColumn {
  size_t column;
  bool descending = false;
  bool nulls_first = false;
};

/// One distinct aggregate call of a step, bound to its types.
struct BoundCall {
  // One of these two.
  std::unique_ptr<const Aggregate> aggregate;
  std::unique_ptr<const OrderedSetAggregate> ordered_set;
  std::vector<ExpressionPtr> arguments = {};  // over the step's input: the function's, then ORDER BY's
  size_t taken = 0;                           // how many of them the function takes
  ExpressionPtr filter = {};                  // none: all rows
  bool takes_nulls = false;                   // of a single argument
  std::optional<TableLayout> distinct = {};   // of the values that DISTINCT has seen; none: all are taken
  std::optional<TableLayout> sorted = {};     // of those that the ordered-set aggregate has taken
  std::optional<TableLayout> ordered = {};    // of the rows, if the result depends on their ORDER BY
  bool merges = false;  // states of some rows and of others come to that of all, whatever their order
  std::vector<OrderColumn> order = {};  // of them

  const AggregateState& state() const {
    return aggregate ? static_cast<const AggregateState&>(*aggregate) : *ordered_set;
  }
  /// The most bytes that a group's entry has for what grows with the rows.
  size_t grown_bytes() const { return ordered ? 0 : state().blob_bytes_max(); }
};

/// The event time of a window's results: the last moment that belongs to it, so that windows of windows add
/// up.
constexpr EventTime last_moment(EventTime window_end) { return window_end - Duration{1}; }

/// Says of a result whether it is the window's last: a column of `early` results.
inline constexpr const char* kIsFinal = "is_final";

/// `every`, or `early`: changes go out only when the watermark reaches the end of one of these windows, a
/// tick. Which groups changed, and what has gone out of each, is state.
struct Thinning {
  Windows ticks;
  Schema shown;         // what goes out of a group, without AggregateProgram::lasting_columns()
  TableLayout emitted;  // by group: the row that went out last, if one is there
  TableLayout pending;  // by tick: the groups to look at, behind their windows' ends if these are of time
  /// When a window closes, all its results go out once more, marked as final by a last column: kIsFinal.
  bool marks_final = false;
};

/// Final results of windows that overlap: a row is added to its slice of time once, and a window's result is
/// that of its slices. What is in the groups of a window itself belongs to it, too.
struct Slicing {
  TableLayout slices;  // by slice: groups, as AggregateProgram::layout has them, without window_name
  TableLayout closed;  // the end of the window that closed last
};

/// The windows of a step are sessions. Its rows are put in order before they are looked at, so that a session
/// only ever grows at its end; and its tables have no windows, but a session's start in their groups' keys.
struct SessionProgram {
  Sessions sessions;
  TimeOrder order;
  TableLayout open;     // by group: when its last session began
  TableLayout closing;  // by time: the sessions to look at then, because they may have ended
  size_t first;         // fields of AggregateProgram::layout: the times of a session's first
  size_t last;          // and of its last row

  /// When to look next at a session that ends at `end` as far as is known at `now`, an end of a slice: most
  /// sessions go on until then. At first at a rough time before it, so that few times have sessions.
  EventTime look_at(EventTime end, EventTime now) const;
};

/// The windows of a step are of so many rows of a group each, and have numbers, which are in their keys.
struct CountingProgram {
  int64_t rows;
  TimeOrder order;
  TableLayout open;  // by group: the number of its last window, and how many rows that has
  size_t first;      // fields of AggregateProgram::layout: the times of a window's first
  size_t last;       // and of its last row
};

/// `ttl`: running groups without rows for so long are forgotten, at the end of one of the windows `ticks`.
struct Expiry {
  Duration ttl;
  Windows ticks;
  TableLayout looks;  // by tick: the groups to look at
  size_t last;        // field of AggregateProgram::layout: the time of a group's last row
};

/// What an aggregate step computes, bound and typed. Immutable, shared by all tasks.
struct AggregateProgram {
  std::string step;
  std::vector<size_t> by;          // columns of the input
  std::optional<Windows> windows;  // none: a running table, or one of the next two
  Duration grace{0};
  bool amends_late = false;  // of windows: rows that come too late give amendments
  bool emit_changes = false;
  std::optional<Thinning> thinning = {};  // of changes
  std::optional<SessionProgram> sessions = {};
  std::optional<CountingProgram> counting = {};
  std::optional<Expiry> expiry = {};    // of a running table of a stream
  std::optional<Slicing> slicing = {};  // of final results

  /// Each row that alters a result gives a change.
  bool emits_each_change() const { return emit_changes && !thinning; }
  /// What its rows wait in, if they do.
  const TimeOrder* order() const {
    if (sessions) return &sessions->order;
    return counting ? &counting->order : nullptr;
  }
  std::vector<BoundCall> calls;
  std::vector<ExpressionPtr> select;  // over `raw`
  ExpressionPtr having;               // over `output`; none: all results
  Schema key;     // the `by` columns, and window_name, window_number or a session's window_start
  Schema group;   // the key and, when windowed, window_start and window_end
  Schema raw;     // the group and one column per call
  Schema output;  // the group and one column per selected item
  bool select_reads_event_time = false;  // possibly
  TableLayout layout;  // fields from first_field on are the states of calls; then rows, then the windows
  size_t first_field = 0;
  bool over_table = false;  // rows of the input are taken back again: a group knows how many it has

  /// How many of the group's columns are the same in all results of it, before the others: a window that is
  /// made of its rows ends, and may start, elsewhere with each of them.
  size_t lasting_columns() const { return order() != nullptr ? key.size() : group.size(); }
  /// Of time, or made of rows.
  bool has_windows() const { return windows || order() != nullptr; }
  size_t rows_offset() const { return layout.field_offset(first_field + calls.size()); }
  /// A running table that has no key always has its single row, as a query without GROUP BY does.
  bool keeps_empty_group() const { return by.empty() && !windows; }

  /// Where the state of a call begins in the row of a group.
  size_t state_offset(size_t call) const { return layout.field_offset(first_field + call); }
  /// Of the input, ascending.
  std::vector<size_t> columns_used() const;
  /// The watermark at which a window closes and its state is freed.
  EventTime due(EventTime end) const { return end + grace; }
};

/// None: the results are not final ones of a stream, no windows overlap, or states of a call can't be put
/// together.
std::optional<Slicing> slicing_of(const AggregateProgram& program);

/// Of calls alone, without groups and windows: of their arguments, their results, and their states, which
/// are fields of `layout` from `first_field` on.
AggregateProgram program_of_calls(const std::string& step, std::vector<BoundCall> calls,
                                  const TableLayout& layout, size_t first_field);

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/codecs/row_codec.h"
#include "expr/expression.h"
#include "operators/aggregation/aggregate_program.h"
#include "operators/time_order/time_ordered_rows.h"
#include "state/layout.h"

namespace pactolus {

/// A condition of a pattern. Immutable.
struct StageCondition {
  ExpressionPtr when;       // over PatternProgram::tested
  std::vector<size_t> row;  // the columns of the row that it looks at
  bool of_row = true;       // it looks at the row alone: not at what has been taken before it
};

/// A stage that takes rows. Immutable.
struct Stage {
  std::string name;
  StageCondition condition;
  size_t at_least = 1;
  size_t at_most = 1;
  std::vector<StageCondition> absent = {};  // once it has enough rows: of rows that must not come then
  AggregateProgram calls;                   // over its rows, which have PatternProgram::stage_columns
  std::vector<size_t> values = {};          // where their results are among all values
  bool reads_own = false;                   // its condition looks at its calls
};

/// What happens to a partial match that there is no room for.
enum class Overflow : uint8_t { kDropOldest, kDropNewest, kDeadLetter };

/// What a step that matches patterns does. Immutable, shared by all tasks.
struct PatternProgram {
  std::string step;
  std::vector<size_t> by;       // columns of the input
  bool groups_nulls = true;     // rows with a NULL among them are a group; else they take part in no match
  Duration within{0};           // from the first row of a match to its last
  bool consecutive = false;     // no other row of the group lies between those of a match
  bool skips_past_last = true;  // a match ends the partial ones that began up to its last row
  size_t at_most = 0;           // partial matches of a group
  Overflow overflow = Overflow::kDropOldest;
  TimeOrder order;
  std::vector<Stage> stages;
  Schema input;
  std::vector<size_t> kept;  // columns of the input that are kept of each row of a match
  RowCodec rows;             // of them
  RowCodec values;           // of the results of all stages' calls
  size_t value_count = 0;
  Schema tested;         // the input's columns and the values
  Schema stage_columns;  // the input's columns once for each stage
  Schema key;            // the `by` columns
  Schema raw;            // the key and the values: what `select` sees
  std::vector<ExpressionPtr> select;
  Schema output;        // the key, `select` and the events of the match
  TableLayout groups;   // by group: its partial matches
  TableLayout matches;  // by group and number: what a partial match has taken
  TableLayout leaving;  // by time: the groups to look at then

  /// The match is complete only when nothing has come that must be absent.
  bool waits_at_end() const { return !stages.back().absent.empty(); }
  /// When to look at a group again, one of whose partial matches ends at `deadline`, a time that belongs to
  /// it.
  EventTime look_at(EventTime deadline, EventTime now) const {
    return time_to_look(order.grace, within, deadline + Duration{1}, now);
  }
};

/// The column of the result that names the events of a match.
inline constexpr const char* kMatchedEvents = "matched_events";

}  // namespace pactolus

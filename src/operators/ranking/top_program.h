#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/schema.h"
#include "operators/aggregation/aggregate_program.h"
#include "state/layout.h"

namespace pactolus {

/// What a `top` step does. Immutable, shared by all tasks.
struct TopProgram {
  std::string step;
  std::vector<size_t> by;
  std::vector<OrderColumn> order;  // columns of the input
  size_t limit;
  bool over_table;                // rows are taken back: all rows of a group are kept, else the first ones
  std::vector<size_t> table_key;  // of the input; tells equal rows apart, as does how they came in a stream
  bool with_rank;                 // a column for the place, from 1 on: rows out are known by group and place
  bool by_place;                  // that, or the only row of a stream's group: known by the group alone
  std::optional<size_t> window_end;  // one of `by`: groups are forgotten at that watermark
  Schema rows;                       // the input's
  Schema output;
  TableLayout ranked;                 // by group, order, and what tells equal rows apart: rows
  std::optional<TableLayout> groups;  // of a stream: how many rows a group has, and how many ever were in it
};

}  // namespace pactolus

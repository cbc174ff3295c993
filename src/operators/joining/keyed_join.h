#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/operator.h"
#include "operators/projection.h"

namespace pactolus {

/// One of two tables that are joined.
struct KeyedJoinSide {
  std::string name;           // "left" or "right"
  std::vector<size_t> match;  // columns of the input, each equal to that in the same place of the other side
  std::vector<size_t> key;   // what its rows are remembered by: `match`, then what else is in the table's key
  std::vector<size_t> kept;  // the columns that the result needs, ascending
  Schema kept_schema;
  size_t begin = 0;       // of its columns in KeyedJoinProgram::row
  bool is_outer = false;  // its rows go out without a partner, too
  TableLayout rows;       // those that are remembered
};

/// What a join of two changing tables does. A row of the right side has its whole key in `match`; of the left
/// side many rows may have the same. Immutable, shared by all tasks.
struct KeyedJoinProgram {
  std::string step;
  std::array<KeyedJoinSide, 2> sides;
  bool is_one_to_one = false;  // `match` names the whole key of the left side, too
  /// A left row's columns of `match` may change, so that another task has it: the plan numbers the left rows
  /// then, and kVersionColumn is the last column of the result.
  bool moves = false;
  Schema row;  // of both inputs, the columns of the left one first
  Projection projection;
  std::vector<size_t> key;  // of the result
  std::vector<std::pair<std::string, std::string>> description;
  std::optional<int32_t> partitions;  // of a repartition topic before it

  bool is_full() const { return sides[0].is_outer && sides[1].is_outer; }
};

std::unique_ptr<const OperatorNode> make_keyed_join(KeyedJoinProgram program);

}  // namespace pactolus

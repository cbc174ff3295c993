#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/joining/joined_side.h"
#include "operators/projection.h"
#include "operators/windows/windows.h"

namespace pactolus {

/// What a join of two streams within an interval of event time does. Immutable, shared by all tasks.
struct IntervalJoin {
  std::string step;
  Duration grace{0};
  Schema row;  // of both inputs, the columns of the left one first, as the expressions see them
  size_t left_columns = 0;
  std::array<JoinedSide, 2> sides;  // left and right
  Projection projection;
  Windows slices;  // of both sides: of JoinedSide::slice

  /// The watermark at which the last partners of a side's rows before `end` have come.
  EventTime due(const JoinedSide& side, EventTime end) const { return end + side.ahead + grace; }
  size_t offset_of(size_t side) const { return side == 0 ? 0 : left_columns; }
};

/// `description`: OperatorNode::describe().
std::unique_ptr<const OperatorNode> make_interval_join(
    std::unique_ptr<const IntervalJoin> join, std::optional<int32_t> partitions,
    std::vector<std::pair<std::string, std::string>> description);

}  // namespace pactolus

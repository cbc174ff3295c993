#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "operators/operator.h"

namespace pactolus {

/// OperatorNode::copied_from() of a step that passes all columns on as they are.
std::vector<std::optional<size_t>> all_copied(const Schema& schema);

/// A step that passes every row on with columns of its input only. inputs[i] names, for each field of
/// `output`, the column of input i. A union is that over several inputs; the planner puts one in before a
/// repartition topic.
std::unique_ptr<const OperatorNode> make_column_selection(Schema output,
                                                          std::vector<std::vector<size_t>> inputs);

}  // namespace pactolus

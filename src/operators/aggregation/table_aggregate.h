#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// `emit: changes` over a changing table: rows are added to their groups and taken out again, and each change
/// of the input that altered a group's result gives one change. The two rows of an update that stays in its
/// group are one change of it; a group that has no rows any more is retracted, and its state gone. A window's
/// state is freed at its end + grace.
std::unique_ptr<Operator> make_table_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

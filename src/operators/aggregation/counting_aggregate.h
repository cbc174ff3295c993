#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// Windows of so many rows of a group, in the order of their event times. A window's result goes out with its
/// last row, with `emit: changes` one with each, with `every` or `early` also at ticks.
std::unique_ptr<Operator> make_counting_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

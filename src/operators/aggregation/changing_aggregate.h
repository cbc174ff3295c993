#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// `emit: changes`: exactly one change for each input row that altered its group's result, in input order. A
/// group that `having` no longer lets through is retracted with its previous row. A window's state is freed
/// at its end + grace.
std::unique_ptr<Operator> make_changing_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

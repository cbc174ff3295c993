#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// `emit: final` of windows that overlap, by slices: one result for each group of a window when the watermark
/// reaches its end + grace, in key order.
std::unique_ptr<Operator> make_sliced_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// `emit: changes` with `every`: when the watermark reaches a tick, one change for each group that rows up to
/// then have altered and whose result is another one than that which went out last, in the order of the keys.
/// A group that `having` no longer lets through is retracted with its previous row. A window's last changes
/// go out when it closes.
std::unique_ptr<Operator> make_thinned_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

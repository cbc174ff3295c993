#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// Sessions: rows wait until they can be taken in the order of their event times, so that a session only
/// grows at its end. Its result goes out when all rows before its end have been taken; those that end in one
/// slice of time in the order of their keys. With `emit: changes` each row's change goes out as it is taken,
/// with `every` or `early` at ticks those of the sessions that have changed.
std::unique_ptr<Operator> make_session_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

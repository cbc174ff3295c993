#pragma once

#include <memory>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// Sessions with `emit: final`: rows wait until they can be taken in the order of their event times, so that
/// a session only grows at its end. Its result goes out when all rows before its end have been taken; those
/// that end in one slice of time in the order of their keys.
std::unique_ptr<Operator> make_session_aggregate(const AggregateProgram& program, StateStore& state);

}  // namespace pactolus

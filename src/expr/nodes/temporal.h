#pragma once

#include "expr/overload.h"

namespace pactolus {

/// Arithmetic of date, timestamptz and interval, in UTC. PostgreSQL's date ± interval gives a timestamp
/// without time zone; that type does not exist here, so it gives the timestamptz of the same instant.
std::span<const OperatorOverload> temporal_operators();

}  // namespace pactolus

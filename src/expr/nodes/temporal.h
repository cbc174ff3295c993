#pragma once

#include "expr/overload.h"

namespace pactolus {

/// Arithmetic of date, timestamptz, timestamp and interval; days of timestamptz are those of UTC.
std::span<const OperatorOverload> temporal_operators();

}  // namespace pactolus

#pragma once

#include "expr/overload.h"

namespace pactolus {

/// & | # (exclusive or) ~ << >> on integer and bigint. A shift counts modulo the width, as PostgreSQL's does
/// on x86 and ARM.
std::span<const OperatorOverload> bit_operators();

}  // namespace pactolus

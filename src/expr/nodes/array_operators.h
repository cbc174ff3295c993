#pragma once

#include <span>

#include "expr/overload.h"

namespace pactolus {

/// @>, <@, &&.
std::span<const OperatorOverload> array_operators();

}  // namespace pactolus

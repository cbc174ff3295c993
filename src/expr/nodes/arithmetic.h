#pragma once

#include "expr/overload.h"

namespace pactolus {

/// + - * / % and the signs, on integer, bigint, double precision and numeric.
std::span<const OperatorOverload> arithmetic_operators();

}  // namespace pactolus

#pragma once

#include "expr/overload.h"

namespace pactolus {

/// = <> < <= > >= between two values of every type. Strict: null gives null.
std::span<const OperatorOverload> comparison_operators();

/// IS [NOT] DISTINCT FROM of two expressions of the same type: never null.
ExpressionPtr make_distinct(bool negated, ExpressionPtr left, ExpressionPtr right);

}  // namespace pactolus

#pragma once

#include "expr/overload.h"

namespace pactolus {

/// = <> < <= > >= between two values of every type. Strict: null gives null.
std::span<const OperatorOverload> comparison_operators();

/// Whether values of two types that = compares lie in the same kind of slot: real and double precision, or
/// the same type.
bool lie_alike(TypeKind a, TypeKind b);

/// IS [NOT] DISTINCT FROM of two expressions whose types lie alike: never null.
ExpressionPtr make_distinct(bool negated, ExpressionPtr left, ExpressionPtr right);

}  // namespace pactolus

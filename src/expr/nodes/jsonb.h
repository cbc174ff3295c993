#pragma once

#include "expr/overload.h"

namespace pactolus {

/// -> ->> #> #>> @> <@ ? ?| ?& || of jsonb. What they find in a value is a view of it.
std::span<const OperatorOverload> jsonb_operators();

/// What a name leads to, as in a path: value['name'].
ExpressionPtr make_jsonb_step(ExpressionPtr value, ExpressionPtr name);

}  // namespace pactolus

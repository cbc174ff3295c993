#pragma once

#include "expr/expression.h"

namespace pactolus {

/// array[lower:upper], the arguments in this order; an empty array where it has none of these elements.
ExpressionPtr make_array_slice(Type array, std::vector<ExpressionPtr> arguments);

}  // namespace pactolus

#pragma once

#include "expr/expression.h"

namespace pactolus {

/// value [NOT] IN (constants): one search in a sorted list for each row. `constants` are columns of one row,
/// of the value's kind. Null where the value is null, or where it isn't found and a constant is null.
ExpressionPtr make_in_list(bool negated, ExpressionPtr value, std::span<const ColumnPtr> constants);

}  // namespace pactolus

#pragma once

#include "expr/expression.h"

namespace pactolus {

/// Column `index` of the input. Costs nothing: the batch's own column is passed on.
ExpressionPtr make_column_reference(size_t index, Type type, bool nullable);

/// The event time of each row, as timestamptz.
ExpressionPtr make_event_time();
bool is_column_reference(const Expression& expression);

}  // namespace pactolus

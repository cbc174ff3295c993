#pragma once

#include "expr/expression.h"

namespace pactolus {

/// `body` with one more column behind the batch's own: `value`, computed once however often the body refers
/// to it.
ExpressionPtr make_shared_value(ExpressionPtr value, ExpressionPtr body);

/// Within such a body: the value of the enclosing make_shared_value number `distance`, counted from the
/// innermost, 1.
ExpressionPtr make_shared_reference(size_t distance, Type type, bool nullable);

}  // namespace pactolus

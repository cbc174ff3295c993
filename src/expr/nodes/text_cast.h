#pragma once

#include "expr/expression.h"

namespace pactolus {

/// Any value written as PostgreSQL's cast to text writes it.
ExpressionPtr make_to_text(ExpressionPtr value);

/// A text read as PostgreSQL's cast from text reads it; a malformed one is the row's error with PostgreSQL's
/// SQLSTATE.
ExpressionPtr make_from_text(ExpressionPtr text, TypeKind to);

}  // namespace pactolus

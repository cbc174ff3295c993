#pragma once

#include "expr/expression.h"

namespace pactolus {

/// Any value written out, as `to`, text or bpchar: as PostgreSQL's cast to these does, but for a bpchar,
/// which keeps its blanks. A value of the type `to` is given back.
ExpressionPtr make_to_text(ExpressionPtr value, TypeKind to);

/// A text, or bpchar, read as PostgreSQL's cast from text reads it; a malformed one is the row's error with
/// PostgreSQL's SQLSTATE.
ExpressionPtr make_from_text(ExpressionPtr text, TypeKind to);

}  // namespace pactolus

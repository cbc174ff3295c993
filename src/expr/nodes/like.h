#pragma once

#include "expr/overload.h"

namespace pactolus {

/// ~~ !~~ ~~* !~~*: what LIKE, NOT LIKE, ILIKE and NOT ILIKE mean, with backslash as the escape character.
/// ILIKE ignores the case of ASCII letters only, as PostgreSQL does under the locale "C". LIKE of bytea goes
/// by bytes.
std::span<const OperatorOverload> like_operators();

/// LIKE … ESCAPE escape: the pattern rewritten to escape by backslash. Both are text, or both bytea.
ExpressionPtr make_like_escape(ExpressionPtr pattern, ExpressionPtr escape);

}  // namespace pactolus

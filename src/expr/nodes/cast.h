#pragma once

#include <optional>

#include "expr/expression.h"

namespace pactolus {

/// Where PostgreSQL applies a cast by itself; a later one includes the earlier ones.
enum class CastContext : uint8_t { kImplicit, kAssignment, kExplicit };

/// The first context in which PostgreSQL casts between two different types; none: it never does.
std::optional<CastContext> cast_context(TypeKind from, TypeKind to);

/// The value as another type: `cast_context` says which casts exist. The same type gives the expression back.
ExpressionPtr make_cast(ExpressionPtr value, TypeKind to);

/// Makes values fit a constrained type of their kind. numeric(p,s): rounds to the scale, fails where the
/// digits before the point don't fit; character(n): cuts off, or fills with blanks.
ExpressionPtr make_fit(ExpressionPtr value, Type type);

/// Cuts texts off behind so many characters, as a cast to varchar(n) does.
ExpressionPtr make_text_fit(ExpressionPtr value, uint32_t characters_max);

}  // namespace pactolus

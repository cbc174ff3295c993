#pragma once

#include <optional>
#include <span>

#include "data/type.h"

namespace pactolus {

/// A type during binding: none for a quoted text or NULL whose type the context decides (PostgreSQL's
/// "unknown").
using MaybeKind = std::optional<TypeKind>;

/// PostgreSQL's type categories (pg_type.typcategory) of our types.
enum class TypeCategory : uint8_t { kBoolean, kNumber, kString, kDateTime, kTimeSpan, kArray, kUser };

TypeCategory category(TypeKind kind);
/// The type that its category prefers (pg_type.typispreferred).
bool is_preferred(TypeKind kind);
/// True if PostgreSQL turns `from` into `to` without being asked. Unknown becomes anything.
bool implicitly_castable(MaybeKind from, TypeKind to);

/// The type that CASE, COALESCE, GREATEST, IN, … give to values of several types (PostgreSQL's
/// select_common_type), or the index of the first one that fits none of those before it.
struct CommonType {
  TypeKind kind = TypeKind::kText;
  std::optional<size_t> misfit;
};
CommonType common_type(std::span<const MaybeKind> kinds);

/// "integer", "unknown", …: as PostgreSQL's messages name it.
std::string to_string(MaybeKind kind);

}  // namespace pactolus

#include "expr/binding/type_rules.h"

#include "expr/nodes/cast.h"

namespace pactolus {

TypeCategory category(TypeKind kind) {
  switch (general(kind)) {
    case TypeKind::kBoolean:
      return TypeCategory::kBoolean;
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kReal:
    case TypeKind::kDouble:
    case TypeKind::kNumeric:
      return TypeCategory::kNumber;
    case TypeKind::kText:
    case TypeKind::kBpchar:
      return TypeCategory::kString;
    case TypeKind::kTimestamptz:
    case TypeKind::kTimestamp:
    case TypeKind::kDate:
    case TypeKind::kTime:
      return TypeCategory::kDateTime;
    case TypeKind::kInterval:
      return TypeCategory::kTimeSpan;
    case TypeKind::kArray:
      return TypeCategory::kArray;
    case TypeKind::kUuid:
    case TypeKind::kBytea:
    case TypeKind::kJsonb:
      break;
  }
  return TypeCategory::kUser;
}

bool is_preferred(TypeKind kind) {
  return kind == TypeKind::kBoolean || kind == TypeKind::kDouble || kind == TypeKind::kText ||
         kind == TypeKind::kTimestamptz || kind == TypeKind::kInterval;
}

bool implicitly_castable(MaybeKind from, TypeKind to) {
  return !from || *from == to || cast_context(*from, to) == CastContext::kImplicit;
}

CommonType common_type(std::span<const MaybeKind> kinds) {
  MaybeKind chosen;
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (!kinds[i] || kinds[i] == chosen) continue;
    TypeKind candidate = *kinds[i];
    if (!chosen) {
      chosen = candidate;
    } else if (category(candidate) != category(*chosen)) {
      return {*chosen, i};
    } else if (!is_preferred(*chosen) && implicitly_castable(chosen, candidate) &&
               !implicitly_castable(candidate, *chosen)) {
      chosen = candidate;
    }
  }
  TypeKind kind = chosen.value_or(TypeKind::kText);
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (!implicitly_castable(kinds[i], kind)) return {kind, i};
  }
  return {kind, std::nullopt};
}

std::string to_string(MaybeKind kind) { return kind ? to_string(Type{*kind}) : "unknown"; }

}  // namespace pactolus

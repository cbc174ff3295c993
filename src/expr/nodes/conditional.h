#pragma once

#include "expr/expression.h"

namespace pactolus {

/// One WHEN … THEN … of a CASE.
struct CaseBranch {
  ExpressionPtr condition;
  ExpressionPtr result;
};

/// CASE: conditions in order, each evaluated only for the rows that no earlier one took; results only where
/// taken. All results and `otherwise` have `type`'s kind.
ExpressionPtr make_case(Type type, std::vector<CaseBranch> branches, ExpressionPtr otherwise);

/// The first argument that is not null; later ones are evaluated only where all earlier ones are null.
ExpressionPtr make_coalesce(Type type, std::vector<ExpressionPtr> arguments);

/// Null where both are equal, else the left one. Their types lie alike (nodes/comparison.h).
ExpressionPtr make_nullif(ExpressionPtr left, ExpressionPtr right);

/// The greatest or least argument that is not null; of equal ones the first.
enum class Extreme : uint8_t { kGreatest, kLeast };
ExpressionPtr make_extreme(Extreme which, Type type, std::vector<ExpressionPtr> arguments);

}  // namespace pactolus

#pragma once

#include "expr/expression.h"

namespace pactolus {

/// AND and OR with three-valued logic. An argument is evaluated only for the rows that the earlier ones left
/// open.
ExpressionPtr make_and(std::vector<ExpressionPtr> arguments);
ExpressionPtr make_or(std::vector<ExpressionPtr> arguments);
ExpressionPtr make_not(ExpressionPtr argument);

/// IS [NOT] NULL, of any type.
ExpressionPtr make_null_test(bool negated, ExpressionPtr argument);

/// IS [NOT] TRUE, FALSE, UNKNOWN of a boolean.
enum class TruthValue : uint8_t { kTrue, kFalse, kUnknown };
ExpressionPtr make_truth_test(TruthValue wanted, bool negated, ExpressionPtr argument);

}  // namespace pactolus

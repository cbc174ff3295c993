#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "expr/binding/type_rules.h"
#include "expr/expression.h"
#include "expr/syntax/token_list.h"

namespace pactolus {

/// What binding makes of one node of the syntax tree.
struct Bound {
  ExpressionPtr expression;  // none while the type is unknown
  /// A quoted text (none: NULL) whose type the context decides.
  bool unknown = false;
  std::optional<std::string> unknown_text;
  Span span;  // from the first to the last of its tokens
  /// It depends on literals only.
  bool constant = false;
  /// Computing this constant fails. Reported in the end, unless the constant turns out to be unreachable
  /// (CASE WHEN false THEN 1/0 END).
  std::optional<Diagnostic> failure;

  MaybeKind kind() const { return unknown ? MaybeKind{} : expression->type().kind; }
  bool is_null_literal() const { return unknown && !unknown_text; }
};

/// None: a diagnostic was added.
using MaybeBound = std::optional<Bound>;

/// The two operands of an operator.
inline std::vector<Bound> pair(Bound left, Bound right) {
  std::vector<Bound> both;
  both.push_back(std::move(left));
  both.push_back(std::move(right));
  return both;
}

/// What the parts of an expression mean for the whole.
struct Parts {
  bool constant = true;
  std::optional<Diagnostic> failure;  // the first part's that fails

  /// Takes a part's expression out of it.
  ExpressionPtr take(Bound&& part) {
    constant = constant && part.constant;
    if (!failure) failure = std::move(part.failure);
    return std::move(part.expression);
  }
};

/// From the begin of the earlier to the end of the later.
inline Span cover(Span a, Span b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

}  // namespace pactolus

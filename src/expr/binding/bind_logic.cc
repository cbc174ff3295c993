#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/logic.h"

namespace pactolus {

Bound connect_booleans(Binding& binding, bool is_and, std::vector<Bound> arguments, Span span) {
  Parts parts;
  std::vector<ExpressionPtr> open;
  for (Bound& argument : arguments) {
    bool decides = is_constant(*argument.expression, !is_and);
    bool changes_nothing = is_constant(*argument.expression, is_and);
    if (changes_nothing && arguments.size() > 1) continue;
    if (decides && !parts.failure) {
      // What came before can't fail as a constant, and no row's value matters any more.
      argument.span = span;
      return std::move(argument);
    }
    open.push_back(parts.take(std::move(argument)));
    if (decides) break;
  }
  if (open.empty()) open.push_back(Literal::boolean(is_and));
  if (open.size() == 1) {
    Bound only;
    only.expression = std::move(open.front());
    only.span = span;
    only.constant = parts.constant;
    only.failure = std::move(parts.failure);
    return only;
  }
  ExpressionPtr whole = is_and ? make_and(std::move(open)) : make_or(std::move(open));
  return binding.finish(std::move(whole), std::move(parts), span, span);
}

Bound negate_boolean(Binding& binding, Bound argument, Span token) {
  Span span = cover(token, argument.span);
  Parts parts;
  ExpressionPtr expression = parts.take(std::move(argument));
  return binding.finish(make_not(std::move(expression)), std::move(parts), span, token);
}

MaybeBound bind_bool_expr(Binding& binding, const PgQuery__BoolExpr& node) {
  Span token = binding.tree().span_at(node.location);
  bool is_not = node.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR;
  bool is_and = node.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
  std::string what = std::string("the argument of ") + (is_not ? "NOT" : (is_and ? "AND" : "OR"));
  std::vector<Bound> arguments;
  for (size_t i = 0; i < node.n_args; ++i) {
    if (MaybeBound bound = binding.bind_boolean(*node.args[i], what)) arguments.push_back(*std::move(bound));
  }
  if (arguments.size() < node.n_args) return std::nullopt;
  if (is_not) return negate_boolean(binding, std::move(arguments.front()), token);
  Span span = cover(arguments.front().span, arguments.back().span);
  return connect_booleans(binding, is_and, std::move(arguments), span);
}

MaybeBound bind_null_test(Binding& binding, const PgQuery__NullTest& node) {
  Span token = binding.tree().span_at(node.location);
  MaybeBound value = binding.bind(*node.arg);
  if (value && value->unknown) value = binding.coerce(*std::move(value), kTextType);
  if (!value) return std::nullopt;
  bool negated = node.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
  Span span = cover(value->span, token);
  Parts parts;
  ExpressionPtr argument = parts.take(*std::move(value));
  return binding.finish(make_null_test(negated, std::move(argument)), std::move(parts), span, token);
}

namespace {

struct TruthTestKind {
  TruthValue wanted;
  bool negated;
};

TruthTestKind kind_of(const PgQuery__BooleanTest& node) {
  switch (node.booltesttype) {
    case PG_QUERY__BOOL_TEST_TYPE__IS_TRUE:
      return {TruthValue::kTrue, false};
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE:
      return {TruthValue::kTrue, true};
    case PG_QUERY__BOOL_TEST_TYPE__IS_FALSE:
      return {TruthValue::kFalse, false};
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE:
      return {TruthValue::kFalse, true};
    case PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN:
      return {TruthValue::kUnknown, false};
    default:
      return {TruthValue::kUnknown, true};
  }
}

}  // namespace

MaybeBound bind_boolean_test(Binding& binding, const PgQuery__BooleanTest& node) {
  Span token = binding.tree().span_at(node.location);
  MaybeBound value = binding.bind_boolean(*node.arg, "the argument of IS TRUE, IS FALSE and IS UNKNOWN");
  if (!value) return std::nullopt;
  auto [wanted, negated] = kind_of(node);
  Span span = cover(value->span, token);
  Parts parts;
  ExpressionPtr argument = parts.take(*std::move(value));
  return binding.finish(make_truth_test(wanted, negated, std::move(argument)), std::move(parts), span, token);
}

}  // namespace pactolus

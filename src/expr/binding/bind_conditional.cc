#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/binding/shared_operand.h"
#include "expr/nodes/conditional.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

bool is_null_constant(const Expression& expression) {
  const Literal* literal = as_literal(expression);
  return literal && literal->is_null();
}

/// The condition of one WHEN: a boolean, or with CASE value WHEN … the comparison with the value.
MaybeBound bind_condition(Binding& binding, const SharedOperand* value, const PgQuery__CaseWhen& when) {
  if (!value) return binding.bind_boolean(*when.expr, "the condition of WHEN");
  MaybeBound wanted = binding.bind(*when.expr);
  if (!wanted) return std::nullopt;
  Span token = wanted->span;
  std::vector<Bound> operands;
  operands.push_back(value->use());
  operands.push_back(*std::move(wanted));
  return apply_operator(binding, "=", std::move(operands), token);
}

Span case_span(const Binding& binding, const PgQuery__CaseExpr& node, const std::vector<Bound>& values) {
  Span span = binding.tree().span_at(node.location);
  for (const Bound& value : values) span = cover(span, value.span);
  return span;
}

Bound null_of_unknown_type(Span span) {
  Bound null;
  null.unknown = true;
  null.span = span;
  return null;
}

/// Branches whose condition is a constant are decided now: one that never holds is dropped, one that always
/// holds ends the list, and constants that fail behind it don't matter.
Bound assemble(Binding& binding, Type type, std::vector<Bound> conditions, std::vector<Bound> results,
               Span span) {
  Parts parts;
  std::vector<CaseBranch> branches;
  ExpressionPtr otherwise;
  for (size_t i = 0; i < conditions.size() && !otherwise; ++i) {
    const Expression& condition = *conditions[i].expression;
    if (is_constant(condition, false) || is_null_constant(condition)) continue;
    if (is_constant(condition, true)) {
      otherwise = parts.take(std::move(results[i + 1]));
    } else {
      ExpressionPtr taken = parts.take(std::move(conditions[i]));
      branches.push_back({std::move(taken), parts.take(std::move(results[i + 1]))});
    }
  }
  if (!otherwise) otherwise = parts.take(std::move(results[0]));
  return binding.finish(make_case(type, std::move(branches), std::move(otherwise)), std::move(parts), span,
                        span);
}

}  // namespace

namespace {

/// The CASE within its value, if it has one.
MaybeBound bind_branches(Binding& binding, const PgQuery__CaseExpr& node, const SharedOperand* value) {
  std::vector<Bound> conditions;
  std::vector<Bound> results;  // ELSE first: PostgreSQL starts there when it looks for the common type
  Span token = binding.tree().span_at(node.location);
  MaybeBound otherwise = node.defresult ? binding.bind(*node.defresult) : null_of_unknown_type(token);
  if (otherwise) results.push_back(*std::move(otherwise));
  for (size_t i = 0; i < node.n_args; ++i) {
    const PgQuery__CaseWhen& when = *node.args[i]->case_when;
    if (MaybeBound condition = bind_condition(binding, value, when))
      conditions.push_back(*std::move(condition));
    if (MaybeBound result = binding.bind(*when.result)) results.push_back(*std::move(result));
  }
  if (conditions.size() < node.n_args || results.size() < node.n_args + 1) return std::nullopt;
  Span span = case_span(binding, node, results);
  std::optional<Type> type = binding.unify(results, "CASE");
  if (!type) return std::nullopt;
  return assemble(binding, *type, std::move(conditions), std::move(results), span);
}

}  // namespace

MaybeBound bind_case(Binding& binding, const PgQuery__CaseExpr& node) {
  if (node.arg == nullptr) return bind_branches(binding, node, nullptr);
  MaybeBound bound = binding.bind(*node.arg);
  if (bound && bound->unknown) bound = binding.coerce(*std::move(bound), kTextType);
  if (!bound) return std::nullopt;
  SharedOperand value(binding, *std::move(bound));
  MaybeBound branches = bind_branches(binding, node, &value);
  if (!branches) return std::nullopt;
  return value.close(*std::move(branches));
}

MaybeBound bind_coalesce(Binding& binding, const PgQuery__CoalesceExpr& node) {
  std::vector<Bound> values = binding.bind_all({node.args, node.n_args});
  if (values.size() < node.n_args) return std::nullopt;
  Span token = binding.tree().span_at(node.location);
  Span span = cover(token, values.back().span);
  std::optional<Type> type = binding.unify(values, "COALESCE");
  if (!type) return std::nullopt;
  Parts parts;
  std::vector<ExpressionPtr> arguments;
  for (Bound& value : values) {
    if (is_null_constant(*value.expression)) continue;
    bool last = as_literal(*value.expression) != nullptr;
    arguments.push_back(parts.take(std::move(value)));
    if (last) break;
  }
  if (arguments.empty()) arguments.push_back(Literal::null(*type));
  return binding.finish(make_coalesce(*type, std::move(arguments)), std::move(parts), span, token);
}

MaybeBound bind_min_max(Binding& binding, const PgQuery__MinMaxExpr& node) {
  Extreme which = node.op == PG_QUERY__MIN_MAX_OP__IS_GREATEST ? Extreme::kGreatest : Extreme::kLeast;
  std::vector<Bound> values = binding.bind_all({node.args, node.n_args});
  if (values.size() < node.n_args) return std::nullopt;
  Span token = binding.tree().span_at(node.location);
  Span span = cover(token, values.back().span);
  std::optional<Type> type = binding.unify(values, which == Extreme::kGreatest ? "GREATEST" : "LEAST");
  if (!type) return std::nullopt;
  Parts parts;
  std::vector<ExpressionPtr> arguments;
  for (Bound& value : values) arguments.push_back(parts.take(std::move(value)));
  return binding.finish(make_extreme(which, *type, std::move(arguments)), std::move(parts), span, token);
}

}  // namespace pactolus

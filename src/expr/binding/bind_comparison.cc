// IS [NOT] DISTINCT FROM, NULLIF, LIKE, BETWEEN: what PostgreSQL's parser derives from comparison operators.
#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/binding/shared_operand.h"
#include "expr/nodes/cast.h"
#include "expr/nodes/comparison.h"
#include "expr/nodes/conditional.h"
#include "expr/nodes/like.h"
#include "expr/nodes/logic.h"

namespace pactolus {
namespace {

/// Both operands, or fewer if one failed.
std::vector<Bound> bind_both(Binding& binding, const PgQuery__AExpr& node) {
  PgQuery__Node* const both[] = {node.lexpr, node.rexpr};
  return binding.bind_all(both);
}

/// PostgreSQL compares these two types with each other, where we make one of the other.
bool compares_as_it_is(TypeKind a, TypeKind b) {
  const auto is_whole = [](TypeKind kind) {
    return kind == TypeKind::kSmallint || kind == TypeKind::kInteger || kind == TypeKind::kBigint;
  };
  const auto is_time = [](TypeKind kind) {
    return kind == TypeKind::kDate || kind == TypeKind::kTimestamp || kind == TypeKind::kTimestamptz;
  };
  return (is_whole(a) && is_whole(b)) || (is_time(a) && is_time(b));
}

std::span<PgQuery__Node* const> items(const PgQuery__Node& node) {
  return {node.list->items, node.list->n_items};
}

/// `IS NOT DISTINCT FROM NULL` needs no equality operator.
MaybeBound null_test(Binding& binding, bool negated, Bound value, Span token) {
  Span span = cover(value.span, token);
  if (value.unknown) {
    MaybeBound text = binding.coerce(std::move(value), kTextType);
    if (!text) return std::nullopt;
    value = *std::move(text);
  }
  Parts parts;
  ExpressionPtr argument = parts.take(std::move(value));
  return binding.finish(make_null_test(negated, std::move(argument)), std::move(parts), span, token);
}

}  // namespace

MaybeBound bind_distinct(Binding& binding, const PgQuery__AExpr& node) {
  bool negated = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
  Span token = binding.tree().span_at(node.location);
  std::vector<Bound> operands = bind_both(binding, node);
  if (operands.size() < 2) return std::nullopt;
  if (operands[1].is_null_literal()) return null_test(binding, !negated, std::move(operands[0]), token);
  if (operands[0].is_null_literal()) return null_test(binding, !negated, std::move(operands[1]), token);
  std::optional<ResolvedOperator> equality = resolve_operator(binding, "=", std::move(operands), token);
  if (!equality) return std::nullopt;
  Span span = cover(equality->operands[0].span, equality->operands[1].span);
  Parts parts;
  ExpressionPtr left = parts.take(std::move(equality->operands[0]));
  ExpressionPtr right = parts.take(std::move(equality->operands[1]));
  return binding.finish(make_distinct(negated, std::move(left), std::move(right)), std::move(parts), span,
                        token);
}

MaybeBound bind_nullif(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  std::vector<Bound> operands = bind_both(binding, node);
  if (operands.size() < 2) return std::nullopt;
  const std::vector<MaybeKind> kinds = {operands[0].kind(), operands[1].kind()};
  std::optional<ResolvedOperator> equality = resolve_operator(binding, "=", std::move(operands), token);
  if (!equality) return std::nullopt;
  Span span = cover(token, equality->operands[1].span);
  Parts parts;
  ExpressionPtr left = parts.take(std::move(equality->operands[0]));
  ExpressionPtr right = parts.take(std::move(equality->operands[1]));
  ExpressionPtr value = make_nullif(std::move(left), std::move(right));
  // What came from the narrower type fits it.
  if (kinds[0] && kinds[1] && compares_as_it_is(*kinds[0], *kinds[1]))
    value = make_cast(std::move(value), *kinds[0]);
  return binding.finish(std::move(value), std::move(parts), span, token);
}

namespace {

/// pattern ESCAPE escape.
MaybeBound bind_escape(Binding& binding, const PgQuery__FuncCall& call) {
  MaybeBound pattern = binding.bind(*call.args[0]);
  MaybeBound escape = binding.bind(*call.args[1]);
  if (!pattern || !escape) return std::nullopt;
  const bool of_bytes = pattern->kind() == TypeKind::kBytea || escape->kind() == TypeKind::kBytea;
  const Type type = of_bytes ? kByteaType : kTextType;
  pattern = binding.coerce_checked(*std::move(pattern), type, CastContext::kImplicit, "the pattern");
  escape = binding.coerce_checked(*std::move(escape), type, CastContext::kImplicit, "the escape character");
  if (!pattern || !escape) return std::nullopt;
  Span token = escape->span;
  Span span = cover(pattern->span, token);
  Parts parts;
  ExpressionPtr pattern_text = parts.take(*std::move(pattern));
  ExpressionPtr escape_text = parts.take(*std::move(escape));
  return binding.finish(make_like_escape(std::move(pattern_text), std::move(escape_text)), std::move(parts),
                        span, token);
}

/// The grammar turns `pattern ESCAPE escape` into a call of this function.
bool is_escape(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE_FUNC_CALL && node.func_call->n_funcname == 2 &&
         std::string_view(node.func_call->funcname[1]->string->sval) == "like_escape";
}

}  // namespace

MaybeBound bind_like(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  MaybeBound text = binding.bind(*node.lexpr);
  MaybeBound pattern =
      is_escape(*node.rexpr) ? bind_escape(binding, *node.rexpr->func_call) : binding.bind(*node.rexpr);
  if (!text || !pattern) return std::nullopt;
  return apply_operator(binding, node.name[0]->string->sval, pair(*std::move(text), *std::move(pattern)),
                        token);
}

namespace {

/// low <= value <= high, or its negation.
MaybeBound within(Binding& binding, bool negated, const SharedOperand& value, Bound low, Bound high,
                  Span token) {
  MaybeBound above = apply_operator(binding, negated ? "<" : ">=", pair(value.use(), std::move(low)), token);
  if (!above) return std::nullopt;
  MaybeBound below = apply_operator(binding, negated ? ">" : "<=", pair(value.use(), std::move(high)), token);
  if (!below) return std::nullopt;
  Span span = cover(above->span, below->span);
  return connect_booleans(binding, !negated, pair(*std::move(above), *std::move(below)), span);
}

/// The same for limits in either order.
MaybeBound within_symmetric(Binding& binding, bool negated, const SharedOperand& value, Bound first,
                            Bound second, Span token) {
  SharedOperand one(binding, std::move(first));
  SharedOperand other(binding, std::move(second));
  MaybeBound straight = within(binding, negated, value, one.use(), other.use(), token);
  MaybeBound swapped =
      straight ? within(binding, negated, value, other.use(), one.use(), token) : std::nullopt;
  if (!swapped) return std::nullopt;
  Span span = straight->span;
  Bound either = connect_booleans(binding, negated, pair(*std::move(straight), *std::move(swapped)), span);
  return one.close(other.close(std::move(either)));
}

}  // namespace

MaybeBound bind_between(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  bool negated = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN ||
                 node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  bool symmetric = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM ||
                   node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  MaybeBound operand = binding.bind(*node.lexpr);
  if (!operand) {
    binding.bind_all(items(*node.rexpr));  // to report what is wrong there, too
    return std::nullopt;
  }
  SharedOperand value(binding, *std::move(operand));
  std::vector<Bound> limits = binding.bind_all(items(*node.rexpr));
  if (limits.size() < 2) return std::nullopt;
  auto compare = symmetric ? &within_symmetric : &within;
  MaybeBound compared = compare(binding, negated, value, std::move(limits[0]), std::move(limits[1]), token);
  if (!compared) return std::nullopt;
  return value.close(*std::move(compared));
}

}  // namespace pactolus

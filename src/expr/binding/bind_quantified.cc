// value op ANY (array), value op ALL (array).
#include <pg_query/pg_query.pb-c.h>

#include "data/array.h"
#include "data/copy_slot.h"
#include "expr/binding/families.h"
#include "expr/binding/shared_operand.h"
#include "expr/nodes/column_reference.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/in_list.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

/// Constant arrays of so many elements become as many comparisons, whose patterns are compiled once.
constexpr size_t kUnrolledMax = 64;

struct Quantifier {
  std::string name;  // the operator's
  bool all;
  Span token;
};

/// In the place of an operand while the operator is chosen: a column of the operand's type, or what the type
/// is found out of.
Bound stand_in(size_t column, std::optional<Type> type, Span span) {
  Bound bound;
  bound.span = span;
  bound.unknown = !type.has_value();
  if (type) bound.expression = make_column_reference(column, *type, true);
  return bound;
}

std::optional<Type> type_of(const Bound& bound) {
  return bound.unknown ? std::nullopt : std::optional(bound.expression->type());
}

/// Gives both operands their types, by the operator that PostgreSQL would choose.
bool settle_types(Binding& binding, const Quantifier& quantifier, Bound& value, Bound& array) {
  if (!array.unknown && !is_array(array.expression->type().kind)) {
    binding.error("array-expected", array.span, "op ANY/ALL (array) requires array on right side",
                  "to compare with a list of values, write IN (…)");
    return false;
  }
  if (!value.unknown && !array.unknown) return true;
  std::optional<Type> element = type_of(array);
  if (element) element = element_of(*element);
  std::optional<ResolvedOperator> resolved = resolve_operator(
      binding, quantifier.name,
      pair(stand_in(0, type_of(value), value.span), stand_in(1, element, array.span)), quantifier.token);
  if (!resolved) return false;
  const std::span<const TypeKind> kinds = resolved->overload.parameters();
  MaybeBound typed_value =
      value.unknown ? binding.coerce(std::move(value), Type{kinds[0]}) : std::move(value);
  MaybeBound typed_array =
      array.unknown ? binding.coerce(std::move(array), array_of(Type{kinds[1]})) : std::move(array);
  if (!typed_value || !typed_array) return false;
  value = *std::move(typed_value);
  array = *std::move(typed_array);
  return true;
}

/// The elements of a constant array as constants; none: it is no constant, or NULL.
std::optional<std::vector<Bound>> constant_elements(const Bound& array) {
  const Literal* literal = as_literal(*array.expression);
  if (literal == nullptr || literal->is_null()) return std::nullopt;
  const ArrayView view(literal->value()->values<std::string_view>()[0]);
  std::vector<Bound> elements;
  Column all(element_of(literal->type()), view.size());
  view.copy_to(all, 0);
  for (size_t i = 0; i < view.size(); ++i) {
    auto column = make_column(all.type(), 1);
    column->keep(literal->value());
    copy_slot(all, i, *column, 0);
    Bound element;
    element.expression = std::make_unique<Literal>(std::move(column));
    element.constant = true;
    element.span = array.span;
    elements.push_back(std::move(element));
  }
  return elements;
}

/// value = ANY (constants), value <> ALL (constants): one search for each row.
MaybeBound look_up(Binding& binding, const Quantifier& quantifier, Bound value,
                   std::vector<Bound> constants) {
  const Span span = cover(value.span, constants.back().span);
  Parts parts;
  ExpressionPtr searched = parts.take(std::move(value));
  std::vector<ColumnPtr> values;
  for (const Bound& constant : constants) values.push_back(as_literal(*constant.expression)->value());
  return binding.finish(make_in_list(quantifier.all, std::move(searched), values), std::move(parts), span,
                        quantifier.token);
}

MaybeBound compare_each(Binding& binding, const Quantifier& quantifier, Bound value,
                        std::vector<Bound> constants) {
  const Span span = cover(value.span, constants.back().span);
  SharedOperand shared(binding, std::move(value));
  std::vector<Bound> compared;
  for (Bound& constant : constants) {
    MaybeBound one =
        apply_operator(binding, quantifier.name, pair(shared.use(), std::move(constant)), quantifier.token);
    if (!one) return std::nullopt;
    compared.push_back(*std::move(one));
  }
  return shared.close(connect_booleans(binding, quantifier.all, std::move(compared), span));
}

MaybeBound compare_elements(Binding& binding, const Quantifier& quantifier, Bound value, Bound array) {
  const Type element = element_of(array.expression->type());
  MaybeBound comparison = apply_operator(
      binding, quantifier.name,
      pair(stand_in(0, value.expression->type(), value.span), stand_in(1, element, array.span)),
      quantifier.token);
  if (!comparison) return std::nullopt;
  const Span span = cover(value.span, array.span);
  Parts parts;
  ExpressionPtr left = parts.take(std::move(value));
  ExpressionPtr right = parts.take(std::move(array));
  return binding.finish(
      make_quantified(quantifier.all, std::move(left), std::move(right), std::move(comparison->expression)),
      std::move(parts), span, quantifier.token);
}

bool yields_boolean(Binding& binding, const Quantifier& quantifier, const Bound& value, const Bound& array) {
  std::optional<ResolvedOperator> resolved =
      resolve_operator(binding, quantifier.name,
                       pair(stand_in(0, value.expression->type(), value.span),
                            stand_in(1, element_of(array.expression->type()), array.span)),
                       quantifier.token);
  if (!resolved) return false;
  if (resolved->overload.result == TypeKind::kBoolean) return true;
  binding.error("boolean-expected", quantifier.token,
                "op ANY/ALL (array) requires operator to yield boolean");
  return false;
}

}  // namespace

MaybeBound bind_quantified(Binding& binding, const PgQuery__AExpr& node) {
  const Span token = binding.tree().span_at(node.location);
  if (node.n_name != 1) {
    return binding.error("not-supported", token, "operators with a schema are not supported");
  }
  const Quantifier quantifier{node.name[0]->string->sval, node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL,
                              token};
  MaybeBound value = binding.bind(*node.lexpr);
  MaybeBound array = binding.bind(*node.rexpr);
  if (!value || !array) return std::nullopt;
  if (!settle_types(binding, quantifier, *value, *array)) return std::nullopt;
  if (!yields_boolean(binding, quantifier, *value, *array)) return std::nullopt;
  std::optional<std::vector<Bound>> constants = constant_elements(*array);
  if (constants && !constants->empty()) {
    const bool searched = quantifier.name == (quantifier.all ? "<>" : "=");
    const bool same = value->expression->type().kind == element_of(array->expression->type().kind);
    if (searched && same) return look_up(binding, quantifier, *std::move(value), *std::move(constants));
    if (constants->size() <= kUnrolledMax)
      return compare_each(binding, quantifier, *std::move(value), *std::move(constants));
  }
  return compare_elements(binding, quantifier, *std::move(value), *std::move(array));
}

}  // namespace pactolus

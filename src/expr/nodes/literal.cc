#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

template <TypeKind Kind>
ExpressionPtr make(Type type, typename PhysicalOf<Kind>::type value) {
  auto column = make_column(type, 1);
  column->values_of<Kind>()[0] = value;
  return std::make_unique<Literal>(std::move(column));
}

}  // namespace

ExpressionPtr Literal::null(Type type) {
  auto column = make_column(type, 1);
  column->set_null(0);
  return std::make_unique<Literal>(std::move(column));
}

ExpressionPtr Literal::integer(int32_t value) { return make<TypeKind::kInteger>(kIntegerType, value); }

ExpressionPtr Literal::boolean(bool value) { return make<TypeKind::kBoolean>(kBooleanType, value); }

ExpressionPtr Literal::numeric(const Decimal& value) { return make<TypeKind::kNumeric>(kNumericType, value); }

ExpressionPtr Literal::text(std::string_view lasting) { return make<TypeKind::kText>(kTextType, lasting); }

ColumnPtr Literal::evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows, RowErrors&) const {
  auto out = make_column(type(), batch.rows());
  out->keep(value_);
  visit_physical(type().kind, [&]<class T>() {
    T value = value_->values<T>()[0];
    T* values = out->values<T>();
    for (uint32_t row : rows) values[row] = value;
  });
  if (is_null()) {
    for (uint32_t row : rows) out->set_null(row);
  }
  return out;
}

const Literal* as_literal(const Expression& expression) { return dynamic_cast<const Literal*>(&expression); }

bool is_constant(const Expression& expression, bool value) {
  const Literal* literal = as_literal(expression);
  return literal && !literal->is_null() && literal->type() == kBooleanType &&
         (literal->value()->values_of<TypeKind::kBoolean>()[0] != 0) == value;
}

}  // namespace pactolus

#pragma once

#include "expr/expression.h"

namespace pactolus {

/// A constant. Immutable; its one value lies in a column of one row, which kernels read without spreading it.
class Literal final : public Expression {
 public:
  /// `value` has exactly one row.
  explicit Literal(ColumnPtr value)
      : Expression(value->type(), value->is_null(0)), value_(std::move(value)) {}
  static ExpressionPtr null(Type type);
  static ExpressionPtr integer(int32_t value);
  static ExpressionPtr boolean(bool value);
  static ExpressionPtr numeric(const Decimal& value);
  static ExpressionPtr text(std::string_view lasting);  // a view of memory that lasts as long as the program

  const ColumnPtr& value() const { return value_; }
  bool is_null() const { return value_->is_null(0); }

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override;
  void collect_columns(std::vector<size_t>&) const override {}

 private:
  ColumnPtr value_;
};

/// The expression as a literal, or nullptr.
const Literal* as_literal(const Expression& expression);
/// True for a boolean literal of that value (NULL is neither).
bool is_constant(const Expression& expression, bool value);

}  // namespace pactolus

#include "expr/nodes/shared_value.h"

namespace pactolus {
namespace {

class SharedValueOf final : public Expression {
 public:
  SharedValueOf(ExpressionPtr value, ExpressionPtr body)
      : Expression(body->type(), body->nullable()), value_(std::move(value)), body_(std::move(body)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    ColumnBatch extended;  // without the selection: `rows` stands for it
    extended.schema = batch.schema;
    extended.system = batch.system;
    extended.columns.reserve(batch.columns.size() + 1);
    extended.columns = batch.columns;
    extended.columns.push_back(value_->evaluate(batch, rows, errors));
    return body_->evaluate(extended, rows, errors);
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    value_->collect_columns(columns);
    body_->collect_columns(columns);
  }

 private:
  ExpressionPtr value_;
  ExpressionPtr body_;
};

class SharedReference final : public Expression {
 public:
  SharedReference(size_t distance, Type type, bool nullable)
      : Expression(type, nullable), distance_(distance) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t>, RowErrors&) const override {
    return batch.columns[batch.columns.size() - distance_];
  }
  void collect_columns(std::vector<size_t>&) const override {}

 private:
  size_t distance_;
};

}  // namespace

ExpressionPtr make_shared_value(ExpressionPtr value, ExpressionPtr body) {
  return std::make_unique<SharedValueOf>(std::move(value), std::move(body));
}

ExpressionPtr make_shared_reference(size_t distance, Type type, bool nullable) {
  return std::make_unique<SharedReference>(distance, type, nullable);
}

}  // namespace pactolus

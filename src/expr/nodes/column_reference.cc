#include "expr/nodes/column_reference.h"

namespace pactolus {
namespace {

class ColumnReference final : public Expression {
 public:
  ColumnReference(size_t index, Type type, bool nullable) : Expression(type, nullable), index_(index) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t>, RowErrors&) const override {
    return batch.columns[index_];
  }
  void collect_columns(std::vector<size_t>& columns) const override { columns.push_back(index_); }

 private:
  size_t index_;
};

class EventTimeOfRow final : public Expression {
 public:
  EventTimeOfRow() : Expression(kTimestamptzType, false) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows, RowErrors&) const override {
    auto out = make_column(kTimestamptzType, batch.rows());
    auto* values = out->values_of<TypeKind::kTimestamptz>();
    for (uint32_t row : rows) values[row] = batch.system->event_time[row].micros();
    return out;
  }
  void collect_columns(std::vector<size_t>&) const override {}
};

}  // namespace

ExpressionPtr make_column_reference(size_t index, Type type, bool nullable) {
  return std::make_unique<ColumnReference>(index, type, nullable);
}

bool is_column_reference(const Expression& expression) {
  return dynamic_cast<const ColumnReference*>(&expression) != nullptr;
}

ExpressionPtr make_event_time() { return std::make_unique<EventTimeOfRow>(); }

}  // namespace pactolus

#include "expr/nodes/in_list.h"

#include "data/value_order.h"
#include "expr/nodes/operand.h"

namespace pactolus {
namespace {

template <class T>
class InList final : public Expression {
 public:
  InList(bool negated, ExpressionPtr value, std::span<const ColumnPtr> constants)
      : Expression(kBooleanType, value->nullable() || any_null(constants)),
        negated_(negated),
        has_null_(any_null(constants)),
        value_(std::move(value)),
        kept_(constants.begin(), constants.end()) {
    for (const ColumnPtr& constant : constants) {
      if (!constant->is_null(0)) sorted_.push_back(constant->template values<T>()[0]);
    }
    std::sort(sorted_.begin(), sorted_.end(), before);
  }

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<T> operand(*value_, batch, rows, errors);
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->template values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows) {
      bool found =
          !operand.null(row) && std::binary_search(sorted_.begin(), sorted_.end(), operand[row], before);
      if (operand.null(row) || (!found && has_null_)) {
        out->set_null(row);
      } else {
        values[row] = found != negated_;
      }
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { value_->collect_columns(columns); }

 private:
  static bool any_null(std::span<const ColumnPtr> constants) {
    return std::any_of(constants.begin(), constants.end(), [](const ColumnPtr& c) { return c->is_null(0); });
  }
  static bool before(const T& a, const T& b) { return compare_values(a, b) < 0; }

  bool negated_;
  bool has_null_;
  ExpressionPtr value_;
  std::vector<ColumnPtr> kept_;  // texts point into them
  std::vector<T> sorted_;
};

}  // namespace

ExpressionPtr make_in_list(bool negated, ExpressionPtr value, std::span<const ColumnPtr> constants) {
  return visit_ordered(value->type().kind, [&]<class T>() -> ExpressionPtr {
    return std::make_unique<InList<T>>(negated, std::move(value), constants);
  });
}

}  // namespace pactolus

#pragma once

#include <algorithm>

#include "expr/nodes/literal.h"

namespace pactolus {

/// What a kernel reads of one argument: a slot per row, or the one slot of a literal, without a branch
/// between the two. T is the physical type. Lives during one evaluation.
template <class T>
class Operand {
 public:
  Operand(const Expression& expression, const ColumnBatch& batch, std::span<const uint32_t> rows,
          RowErrors& errors) {
    if (const Literal* literal = as_literal(expression)) {
      column_ = literal->value();
      mask_ = 0;
    } else {
      column_ = expression.evaluate(batch, rows, errors);
    }
    values_ = column_->template values<T>();
    nulls_ = column_->nulls();
  }

  const T& operator[](uint32_t row) const { return values_[row & mask_]; }
  uint8_t null(uint32_t row) const { return nulls_[row & mask_]; }
  const ColumnPtr& column() const { return column_; }

 private:
  ColumnPtr column_;
  const T* values_;
  const uint8_t* nulls_;
  uint32_t mask_ = ~0U;
};

}  // namespace pactolus

#pragma once

#include <algorithm>
#include <cstring>
#include <utility>

#include "expr/expression.h"

namespace pactolus {

/// One argument's column, where row r's slot is number (r & mask): a literal has one slot for all rows.
struct OperandColumn {
  ColumnPtr column;
  size_t mask = ~size_t{0};
};
OperandColumn read_operand(const Expression& expression, const ColumnBatch& batch,
                           std::span<const uint32_t> rows, RowErrors& errors);

/// What a kernel reads of one argument: a slot per row, or the one slot of a literal, without a branch
/// between the two. T is the physical type. Lives during one evaluation.
template <class T>
class Operand {
 public:
  Operand(const Expression& expression, const ColumnBatch& batch, std::span<const uint32_t> rows,
          RowErrors& errors)
      : Operand(read_operand(expression, batch, rows, errors)) {}

  const T& operator[](uint32_t row) const {
    // By bytes, because their number is the same for several operands.
    return *reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(values_) +
                                       (row * sizeof(T) & mask_));
  }
  uint8_t null(uint32_t row) const { return nulls_[row & mask_]; }
  /// Marks the rows in which this is null, too, among all of the batch: those that were not asked for mean
  /// nothing, but eight at once take less time than a choice of them.
  void add_nulls(uint8_t* nulls, size_t rows) const {
    if (mask_ == 0) {
      if (nulls_[0]) std::fill_n(nulls, rows, uint8_t{1});
      return;
    }
    size_t row = 0;
    for (uint64_t some = 0, more = 0; row + sizeof some <= rows; row += sizeof some) {
      std::memcpy(&some, nulls + row, sizeof some);
      std::memcpy(&more, nulls_ + row, sizeof more);
      some |= more;
      std::memcpy(nulls + row, &some, sizeof some);
    }
    for (; row < rows; ++row) nulls[row] |= nulls_[row];
  }
  const ColumnPtr& column() const { return column_; }

 private:
  explicit Operand(OperandColumn read)
      : column_(std::move(read.column)),
        values_(column_->template values<T>()),
        nulls_(column_->nulls()),
        mask_(read.mask) {}

  ColumnPtr column_;
  const T* values_;
  const uint8_t* nulls_;
  size_t mask_;
};

}  // namespace pactolus

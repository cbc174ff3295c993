#pragma once

#include <memory>
#include <span>
#include <vector>

#include "data/column_batch.h"
#include "data/row_errors.h"

namespace pactolus {

/// A bound and typed PostgreSQL expression. Immutable, shared by all tasks; evaluation allocates per batch,
/// never per row.
class Expression {
 public:
  virtual ~Expression() = default;
  const Type& type() const { return type_; }
  bool nullable() const { return nullable_; }

  /// The values for `rows` (ascending) of the batch, in a column as long as the batch: other slots are
  /// unspecified. A row that fails is added to `errors`; its slot is unspecified. Rows not in `rows` are not
  /// looked at: CASE, COALESCE, AND and OR evaluate a later operand only where the earlier ones left it open,
  /// in source order.
  virtual ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                             RowErrors& errors) const = 0;
  /// Appends the indexes of the input's columns that the value depends on.
  virtual void collect_columns(std::vector<size_t>& columns) const = 0;

 protected:
  Expression(Type type, bool nullable) : type_(type), nullable_(nullable) {}

 private:
  Type type_;
  bool nullable_;
};

using ExpressionPtr = std::unique_ptr<const Expression>;

}  // namespace pactolus

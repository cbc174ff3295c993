#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/column_batch.h"

namespace pactolus {

/// Puts the changes of a table together: rows whose groups and times are those of one batch, and whose other
/// columns lie in several. Lives for one batch of changes; borrows what it is given.
class ChangeRows {
 public:
  /// `base`: its first `group_columns` columns and its system columns are those of the rows.
  ChangeRows(const ColumnBatch& base, size_t group_columns) : base_(base), group_columns_(group_columns) {}

  /// Row `place` of `base`, with the other columns' values from row `row` of `values`.
  void add(Change change, uint32_t place, std::span<const ColumnPtr> values, uint32_t row);
  /// Row `place` of `base` as it is: an insert.
  void insert(uint32_t place);
  bool empty() const { return places_.empty(); }
  ColumnBatch batch() const;

 private:
  struct Values {
    std::span<const ColumnPtr> columns;
    uint32_t row;
  };

  /// All so far are rows of `base`, inserted: then there are places alone.
  bool as_they_are() const { return changes_.empty(); }
  std::span<const ColumnPtr> values_of_base() const {
    return std::span(base_.columns).subspan(group_columns_);
  }

  const ColumnBatch& base_;
  size_t group_columns_;
  std::vector<uint32_t> places_;
  std::vector<Change> changes_;
  std::vector<Values> values_;
};

}  // namespace pactolus

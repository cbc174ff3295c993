#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "data/type.h"

namespace pactolus {

/// The values of one column of a batch, one slot per row. A null row's slot holds a zero value. Text slots
/// are views into memory that the column keeps alive (`keep`). Written once, then shared read-only between
/// batches.
class Column {
 public:
  Column(Type type, size_t rows);
  /// Without any values yet: every slot that will be looked at must be written, a null row's too.
  struct Unwritten {};
  Column(Type type, size_t rows, Unwritten);

  const Type& type() const { return type_; }
  size_t rows() const { return rows_; }

  /// The slots; T must be the type's physical type (PhysicalOf).
  template <class T>
  T* values() {
    return reinterpret_cast<T*>(bytes_.get());
  }
  template <class T>
  const T* values() const {
    return reinterpret_cast<const T*>(bytes_.get());
  }
  template <TypeKind Kind>
  auto* values_of() {
    return values<typename PhysicalOf<Kind>::type>();
  }
  template <TypeKind Kind>
  const auto* values_of() const {
    return values<typename PhysicalOf<Kind>::type>();
  }

  /// One byte per row, 1 = null: kernels combine them without branches.
  uint8_t* nulls() { return nulls_.data(); }
  const uint8_t* nulls() const { return nulls_.data(); }
  bool is_null(size_t row) const { return nulls_[row] != 0; }
  void set_null(size_t row) { nulls_[row] = 1; }

  /// Keeps `memory` alive as long as the column: an arena, a fetch, or another column's memory.
  void keep(std::shared_ptr<const void> memory) { kept_.push_back(std::move(memory)); }
  void keep_all_of(const Column& other) { kept_.insert(kept_.end(), other.kept_.begin(), other.kept_.end()); }

  static constexpr size_t width(TypeKind kind) {
    return visit_physical(kind, []<class T>() { return sizeof(T); });
  }

 private:
  Type type_;
  size_t rows_;
  std::vector<uint8_t> nulls_;
  std::unique_ptr<std::byte[]> bytes_;  // aligned for max_align_t, enough for every physical type
  std::vector<std::shared_ptr<const void>> kept_;
};

/// Shared because filter and project pass most columns on untouched to several successors.
using ColumnPtr = std::shared_ptr<const Column>;

/// A column to write and then to share.
std::shared_ptr<Column> make_column(Type type, size_t rows);
std::shared_ptr<Column> make_column(Type type, size_t rows, Column::Unwritten);

}  // namespace pactolus

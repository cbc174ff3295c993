#include "data/column.h"

namespace pactolus {

Column::Column(Type type, size_t rows)
    : type_(type),
      rows_(rows),
      nulls_(rows, 0),
      bytes_(std::make_unique<std::byte[]>(rows * width(type.kind))) {}

Column::Column(Type type, size_t rows, Unwritten)
    : type_(type),
      rows_(rows),
      nulls_(rows, 0),
      bytes_(std::make_unique_for_overwrite<std::byte[]>(rows * width(type.kind))) {}

std::shared_ptr<Column> make_column(Type type, size_t rows) { return std::make_shared<Column>(type, rows); }

std::shared_ptr<Column> make_column(Type type, size_t rows, Column::Unwritten unwritten) {
  return std::make_shared<Column>(type, rows, unwritten);
}

}  // namespace pactolus

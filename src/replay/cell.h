#pragma once

#include <optional>
#include <string>

#include "data/column.h"

namespace pactolus {

/// One value of a row that is compared with another: as people see it, and in a form that is the same for
/// values that SQL's `=` calls equal (1.0 and 1.00, one instant in two zones). A value.
struct Cell {
  std::string shown;
  std::optional<std::string> identity;  // none: NULL

  /// NULL is expected where `null` is written, so here it equals itself.
  bool operator==(const Cell& other) const { return identity == other.identity; }
};

Cell null_cell();
/// A slot of a column.
Cell cell_of(const Column& column, size_t row);
/// Characters, read by a type. Those that can't be are equal to nothing of that type.
Cell cell_of(const std::string& text, Type type);
/// Characters of unknown type: equal as numbers, as instants, or as they stand.
Cell untyped_cell(const std::string& text);

}  // namespace pactolus

#pragma once

#include <string>
#include <vector>

#include "data/column_batch.h"

namespace pactolus::testing {

/// A schema and rows given as text.
struct TestBatch {
  Schema schema;
  ColumnBatch batch;
};

struct TextColumn {
  std::string name;
  std::string type;
  std::vector<std::string> values;  // "NULL" is null, "''" the empty text
};

/// The cells of a line, between " | ".
std::vector<std::string> split_cells(const std::string& line);
/// Of cells: name, type, values.
TextColumn text_column(const std::vector<std::string>& cells);
TestBatch batch_of(const std::vector<TextColumn>& columns);
/// A value as psql would show it, null as "NULL", the empty text as "''".
std::string shown(const Column& column, size_t row);

}  // namespace pactolus::testing

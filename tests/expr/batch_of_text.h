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

TestBatch batch_of(const std::vector<TextColumn>& columns);
/// A value as psql would show it, null as "NULL", the empty text as "''".
std::string shown(const Column& column, size_t row);

}  // namespace pactolus::testing

#pragma once

#include <string>

#include "data/codecs/json_decoder.h"
#include "data/text_format.h"

namespace pactolus {

inline SourceField field(std::string name, Type type, bool nullable = false) {
  SourceField result;
  result.name = std::move(name);
  result.type = type;
  result.nullable = nullable;
  return result;
}

/// Row `row` as "a|b|NULL".
inline std::string show(const DecodedRows& rows, size_t row) {
  std::string out;
  for (const ColumnPtr& column : rows.columns) {
    if (!out.empty()) out += "|";
    if (column->is_null(row)) {
      out += "NULL";
    } else {
      append_value(*column, row, out);
    }
  }
  return out;
}

}  // namespace pactolus

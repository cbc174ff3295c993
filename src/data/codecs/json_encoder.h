#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_rows.h"
#include "data/column.h"
#include "data/schema.h"

namespace pactolus {

/// Writes rows as JSON objects, the fields in the schema's order: numeric with its exact digits, integers and
/// doubles as numbers (NaN and the infinities as strings), timestamptz as an RFC 3339 string, date and
/// interval as strings, NULL as null. Immutable. Threads: any.
class JsonEncoder {
 public:
  explicit JsonEncoder(const Schema& schema);
  /// `columns` in the schema's order.
  void append_row(std::span<const ColumnPtr> columns, size_t row, std::string& out) const;
  /// One object for each of `rows`, appended to `out`.
  void encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows, ByteRows& out) const;

 private:
  std::vector<std::string> prefixes_;  // `{"name":`, `,"name":`
};

/// Writes the key of a sink's records: one column as text (as its JSON value, without quotes), several as a
/// JSON object. Immutable. Threads: any.
class KeyTextEncoder {
 public:
  /// `columns` are indexes into the schema, at least one.
  KeyTextEncoder(const Schema& schema, std::vector<size_t> columns);
  /// `columns` in the schema's order. False: the single column is NULL, the record has no key.
  bool append_key(std::span<const ColumnPtr> columns, size_t row, std::string& out) const;

 private:
  std::vector<size_t> indexes_;
  std::vector<std::string> prefixes_;
};

/// Appends a value: an array as a JSON array.
void append_json(const Column& column, size_t row, std::string& out);
/// Appends `"text"` with JSON's escapes. `text` is valid UTF-8.
void append_json_string(std::string_view text, std::string& out);

}  // namespace pactolus

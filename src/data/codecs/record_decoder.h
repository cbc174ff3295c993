#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/column.h"
#include "data/record_view.h"
#include "data/row_errors.h"

namespace pactolus {

/// How a record says a time: as RFC 3339 text, or as a number of these since 1970-01-01 UTC.
enum class EpochUnit : uint8_t { kText, kSeconds, kMillis, kMicros, kNanos };

/// A column of a source and where its values come from.
struct SourceField {
  enum Origin : uint8_t { kValue, kHeader, kKey, kTimestamp };

  std::string name;
  Type type;
  bool nullable = false;
  Origin origin = kValue;
  std::vector<std::string> path;            // kValue: names of nested objects and the field; empty: {name}
  std::string header;                       // kHeader: its name, of several the last; empty: the field's
  std::optional<std::string> default_text;  // for missing and null; must be readable as `type` (parse_value)
  EpochUnit unit = EpochUnit::kText;        // for timestamptz
  uint32_t characters_max = 0;              // of a text, or of an array's; 0: any number
};

/// The records of a batch as columns, one slot per record.
struct DecodedRows {
  std::vector<ColumnPtr> columns;  // one per field
  /// The records that could not be read, ascending, one error each; their slots are unspecified. Codes:
  /// null_value, record_too_large, invalid_json, invalid_utf8, too_deep, duplicate_field, missing_field,
  /// null_field, null_key, invalid_key, wrong_type,
  /// out_of_range, invalid_number, invalid_timestamp, invalid_date, invalid_interval,
  /// of a RowCodec's rows invalid_row and schema_mismatch.
  std::vector<RowError> failures;
  /// Of a table: the records without value, ascending. Only their primary keys are there.
  std::vector<uint32_t> deletions = {};
};

/// Reads a format. A failing record never affects its neighbours. Immutable, owned by the plan. Threads: any.
class RecordDecoder {
 public:
  virtual ~RecordDecoder() = default;
  /// The columns own all that they point to: the records may go afterwards. A record without value (a
  /// tombstone) fails as null_value if any field comes from the value and the source is no table.
  virtual DecodedRows decode(std::span<const RecordView> records) const = 0;
};

}  // namespace pactolus

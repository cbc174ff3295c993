#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "data/codecs/record_decoder.h"

namespace pactolus {

struct JsonOptions {
  /// Reads every byte of a record and refuses it if any of it is malformed, or if a used field stands twice.
  /// Otherwise it stops when it has the fields, and the first of equal names counts.
  bool strict = true;
  size_t depth_max = 64;  // nested objects and arrays
  size_t record_bytes_max = size_t{16} * 1024 * 1024;
};

/// Decodes records whose values are JSON objects; only the named fields become columns. Numbers come from
/// numbers (numeric also from a string that holds one, double also from "NaN" and the infinities), texts and
/// dates from strings, booleans from booleans. A nested object that is missing or null makes its fields
/// missing. If no field comes from the value, the value is not looked at.
///
/// With a primary key (indexes of fields) it is a table that is read: a record without value deletes. The
/// fields of its primary key that come from the value are then read from the record's key: from a JSON object
/// as from a value, a single one also from a JSON string, or else it is the key's whole text.
std::unique_ptr<const RecordDecoder> make_json_decoder(std::vector<SourceField> fields,
                                                       JsonOptions options = {},
                                                       std::vector<size_t> primary_key = {});

}  // namespace pactolus

#pragma once

#include <string_view>

#include "base/arena.h"
#include "data/codecs/record_decoder.h"
#include "data/text_format.h"

namespace pactolus {

/// What became of one value.
enum class ScalarStatus : uint8_t {
  kOk,
  kWrongType,   // not how this type is written
  kOutOfRange,  // more digits than declared, or outside the type
  kInvalid,     // the right kind of value, malformed inside
};

/// The values of records, which come from outside, are read more strictly than PostgreSQL's literals: nothing
/// is rounded (but times to microseconds), an integer is integral, a time has a zone. Each writes one slot.
/// Threads: any.

/// True for a number as JSON (RFC 8259) writes it.
bool is_json_number(std::string_view text);

/// `digits` is a JSON number. Exact: numeric never goes through a double.
ScalarStatus decode_number(const SourceField& field, std::string_view digits, Column& column, size_t row);
/// A quoted string. A text slot becomes the view itself, a bpchar's may.
ScalarStatus decode_string(const SourceField& field, std::string_view text, Column& column, size_t row,
                           Arena& memory);
/// A text without quotes, where the field's type alone says what it is: a header, a key.
ScalarStatus decode_plain(const SourceField& field, std::string_view text, Column& column, size_t row,
                          Arena& memory);

/// The error of a value that was not read: its code, and a message with the field, what was expected, and the
/// beginning of what was found.
RowError scalar_error(const SourceField& field, ScalarStatus status, std::string_view found, size_t row);
/// The error of a JSON value that is no jsonb, with jsonb_reader.h's reason.
RowError jsonb_error(const SourceField& field, const TextError& error, size_t row);
/// The error of a value that is missing or null.
RowError absent_error(const SourceField& field, bool null, size_t row);

}  // namespace pactolus

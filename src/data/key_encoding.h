#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "data/byte_rows.h"
#include "data/column.h"

namespace pactolus {

/// Group keys as bytes: comparing two encodings with memcmp orders them as PostgreSQL orders the values
/// (ascending, NULLs last, texts byte by byte), and values that are equal in SQL (1.0 and 1.00, -0 and 0, '1
/// mon' and '30 days', a char(3) and a char(5)) have equal encodings. Each value says where it ends, so
/// anything may follow a key. The bytes are a format: state and repartition topics hold them. Functions
/// without state. Threads: any.

/// Appends one value.
void append_key_value(const Column& column, size_t row, std::string& out);

/// Appends the key of each of `rows` to `out`: the values of the columns one behind the other.
void encode_keys(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows, ByteRows& out);

/// Takes a key off the front of `bytes` and puts its values into row `row` of the columns; texts are copied
/// into `texts`. A numeric comes back with its column's scale, or without trailing zeroes; characters with
/// their column's length, or without trailing blanks; an interval with as many months, then days, as its
/// length allows. False: malformed, or a value that its column can't hold; the slots are then unspecified.
bool decode_key(std::string_view& bytes, std::span<Column* const> columns, size_t row, Arena& texts);

}  // namespace pactolus

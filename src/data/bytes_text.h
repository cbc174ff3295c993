#pragma once

#include <cstddef>
#include <string_view>

#include "data/text_format.h"

namespace pactolus {

/// What may stand between the digits of bytes, in PostgreSQL's readers.
constexpr bool is_byte_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Two digits for each byte, with small letters, to `out`.
void write_hex(std::string_view bytes, char* out);
/// The bytes of hexadecimal digits, between whose pairs blanks may stand; at most half of text.size() to
/// `out`. Gives how many. Errors: 22023.
TextResult<size_t> read_hex(std::string_view text, char* out);
/// The bytes of PostgreSQL's escape form, `abc\000\\`; at most text.size() to `out`. Gives how many. Errors:
/// 22P02.
TextResult<size_t> read_escaped(std::string_view text, char* out);

}  // namespace pactolus

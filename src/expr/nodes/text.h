#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "data/text_scan.h"
#include "expr/overload.h"

namespace pactolus {

/// || of two texts, and of a text with any other type, which is written out first.
std::span<const OperatorOverload> text_operators();

/// The longest text that an operator or function makes of its arguments; a longer one fails with SQLSTATE
/// 54000.
inline constexpr size_t kTextBytesMax = 1024 * 1024;

/// ASCII only: what PostgreSQL's lower() does under the locale "C".
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Bytes of the UTF-8 character that begins at `at`, at least 1 and never beyond the end.
constexpr size_t character_bytes(std::string_view text, size_t at) {
  auto first = static_cast<unsigned char>(text[at]);
  size_t length = first < 0xC0 ? 1 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4));
  return std::min(length, text.size() - at);
}

/// Bytes of the first `count` characters, or of all if there are fewer.
constexpr size_t bytes_of_characters(std::string_view text, size_t count) {
  size_t bytes = 0;
  for (; count > 0 && bytes < text.size(); --count) bytes += character_bytes(text, bytes);
  return bytes;
}

}  // namespace pactolus

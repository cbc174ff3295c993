#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "data/text_format.h"

namespace pactolus {

/// What the readers of text_format.h share: characters as C's locale sees them, and PostgreSQL's refusals.

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Of UTF-8.
inline size_t character_count(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

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

/// Whether these bytes are a text: UTF-8 without a NUL, as in PostgreSQL.
bool is_text(std::string_view bytes);

/// Appends the text, or its beginning and "..." if it is longer than `bytes_max`: it may come from a record
/// of any size.
void append_excerpt(std::string_view text, size_t bytes_max, std::string& out);

/// `what "text"`, with a bounded excerpt of the text.
std::string quoted(std::string_view what, std::string_view text);

/// "invalid input syntax for type TYPE: "text"".
TextError invalid_syntax(const char* sqlstate, std::string_view type, std::string_view text);

/// Appends at least `width` digits.
void append_padded(uint64_t value, int width, std::string& out);
/// Appends ".5" for 500000 microseconds, nothing for 0.
void append_fraction(int64_t micros, std::string& out);
/// A fraction of a second from the digits behind its point, rounded to microseconds as PostgreSQL does
/// (through a double, half to even); may give 1000000.
int64_t parse_fraction(std::string_view digits);

}  // namespace pactolus

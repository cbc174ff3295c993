// The functions of text_format.h for uuid and bytea, and those that they share with others.
#include "data/bytes_text.h"

#include <array>

#include "data/text_scan.h"

namespace pactolus {
namespace {

/// 0 to 15, or -1.
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_hex(std::string_view bytes, std::string& out) {
  out.resize(out.size() + 2 * bytes.size());
  write_hex(bytes, out.data() + out.size() - 2 * bytes.size());
}

/// Takes two digits off the front; -1: there are none.
int take_hex_byte(std::string_view& text) {
  if (text.size() < 2) return -1;
  const int high = hex_digit(text[0]);
  const int low = hex_digit(text[1]);
  if (high < 0 || low < 0) return -1;
  text.remove_prefix(2);
  return high * 16 + low;
}

/// Behind a backslash: another one, or three octal digits.
int take_escaped(std::string_view& text) {
  if (text.starts_with('\\')) {
    text.remove_prefix(1);
    return '\\';
  }
  const auto octal = [&](size_t i, char max) { return text[i] >= '0' && text[i] <= max; };
  if (text.size() < 3 || !octal(0, '3') || !octal(1, '7') || !octal(2, '7')) return -1;
  const int byte = (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
  text.remove_prefix(3);
  return byte;
}

}  // namespace

void write_hex(std::string_view bytes, char* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 0xF];
  }
}

TextResult<size_t> read_hex(std::string_view text, char* out) {
  char* const begin = out;
  while (!text.empty()) {
    if (is_byte_blank(text.front())) {
      text.remove_prefix(1);
      continue;
    }
    const int byte = take_hex_byte(text);
    if (byte < 0) {
      const bool odd = text.size() == 1 && hex_digit(text.front()) >= 0;
      return TextError{"22023", odd ? "invalid hexadecimal data: odd number of digits"
                                    : quoted("invalid hexadecimal data:", text)};
    }
    *out++ = static_cast<char>(byte);
  }
  return static_cast<size_t>(out - begin);
}

TextResult<size_t> read_escaped(std::string_view text, char* out) {
  const std::string_view whole = text;
  char* const begin = out;
  while (!text.empty()) {
    int byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    if (byte == '\\') byte = take_escaped(text);
    if (byte < 0) return invalid_syntax("22P02", "bytea", whole);
    *out++ = static_cast<char>(byte);
  }
  return static_cast<size_t>(out - begin);
}

TextResult<std::string_view> parse_uuid(std::string_view text, Arena& memory) {
  const std::string_view whole = text;
  std::array<char, kUuidBytes> bytes{};
  const bool in_braces = text.starts_with('{');
  if (in_braces) text.remove_prefix(1);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int byte = take_hex_byte(text);
    if (byte < 0) return invalid_syntax("22P02", "uuid", whole);
    bytes[i] = static_cast<char>(byte);
    const bool group_ends = i % 2 == 1 && i + 1 < bytes.size();
    if (group_ends && text.starts_with('-')) text.remove_prefix(1);
  }
  if (in_braces && text.starts_with('}')) {
    text.remove_prefix(1);
  } else if (in_braces) {
    return invalid_syntax("22P02", "uuid", whole);
  }
  if (!text.empty()) return invalid_syntax("22P02", "uuid", whole);
  return memory.copy({bytes.data(), bytes.size()});
}

TextResult<std::string_view> parse_bytea(std::string_view text, Arena& memory) {
  char* out = memory.allocate(text.size());  // it never becomes longer
  const bool hexadecimal = text.starts_with("\\x");
  const size_t size = PACTOLUS_TRY(hexadecimal ? read_hex(text.substr(2), out) : read_escaped(text, out));
  return std::string_view{out, size};
}

void append_uuid(std::string_view bytes, std::string& out) {
  for (size_t group : {4, 2, 2, 2, 6}) {
    if (bytes.size() < kUuidBytes) out.push_back('-');
    append_hex(bytes.substr(0, group), out);
    bytes.remove_prefix(group);
  }
}

void append_bytea(std::string_view bytes, std::string& out) {
  out.append("\\x");
  append_hex(bytes, out);
}

}  // namespace pactolus

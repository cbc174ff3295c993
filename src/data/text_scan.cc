#include "data/text_scan.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>

namespace pactolus {

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && simdjson::validate_utf8(bytes);
}

void append_excerpt(std::string_view text, size_t bytes_max, std::string& out) {
  bool cut = text.size() > bytes_max;
  size_t size = cut ? bytes_max : text.size();
  // Not through the middle of a character.
  while (cut && size > 0 && (text[size] & 0xC0) == 0x80) --size;
  out.append(text.substr(0, size)).append(cut ? "..." : "");
}

std::string quoted(std::string_view what, std::string_view text) {
  constexpr size_t kExcerptBytesMax = 200;
  std::string result{what};
  result.append(" \"");
  append_excerpt(text, kExcerptBytesMax, result);
  result.push_back('"');
  return result;
}

TextError invalid_syntax(const char* sqlstate, std::string_view type, std::string_view text) {
  return {sqlstate, quoted("invalid input syntax for type " + std::string{type} + ":", text)};
}

void append_padded(uint64_t value, int width, std::string& out) {
  if (width == 2 && value < 100) {  // most parts of a time
    const char digits[2] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    out.append(digits, sizeof digits);
    return;
  }
  char buffer[20];
  char* end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  auto count = end - buffer;
  if (count < width) out.append(static_cast<size_t>(width - count), '0');
  out.append(buffer, static_cast<size_t>(count));
}

void append_fraction(int64_t micros, std::string& out) {
  if (micros == 0) return;
  out.push_back('.');
  append_padded(static_cast<uint64_t>(micros), 6, out);
  while (out.back() == '0') out.pop_back();
}

int64_t parse_fraction(std::string_view digits) {
  constexpr size_t kExactDigits = 6;
  if (digits.size() <= kExactDigits) {
    int64_t micros = 0;
    for (char c : digits) micros = micros * 10 + (c - '0');
    for (size_t i = digits.size(); i < kExactDigits; ++i) micros *= 10;
    return micros;
  }
  std::string number = "0.";
  number.append(digits);
  double fraction = 0;  // stays where the digits are too small for a double
  std::from_chars(number.data(), number.data() + number.size(), fraction);
  return std::llrint(fraction * 1e6);
}

}  // namespace pactolus

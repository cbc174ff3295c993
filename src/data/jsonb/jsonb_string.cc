#include "data/jsonb/jsonb_string.h"

#include "data/jsonb/jsonb_scan.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

constexpr unsigned hex_value(char c) {
  return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

constexpr char control_of(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

/// What a canonical string means: itself, or made in `memory`.
std::string_view meaning(std::string_view escaped, std::string& memory) {
  if (!has_escape(escaped)) return escaped;
  append_unescaped(escaped, memory);
  return memory;
}

int compare_places(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

void append_unescaped(std::string_view escaped, std::string& out) {
  constexpr size_t kUnicodeBytes = 6;  // \u001f: only control characters are written so
  while (!escaped.empty()) {
    const size_t plain = std::min(escaped.find('\\'), escaped.size());
    out.append(escaped.substr(0, plain));
    escaped.remove_prefix(plain);
    if (escaped.size() < 2) return;
    if (escaped[1] != 'u') {
      out.push_back(control_of(escaped[1]));
      escaped.remove_prefix(2);
    } else if (escaped.size() >= kUnicodeBytes) {
      out.push_back(static_cast<char>(hex_value(escaped[4]) << 4 | hex_value(escaped[5])));
      escaped.remove_prefix(kUnicodeBytes);
    } else {
      return;
    }
  }
}

int compare_key_places(std::string_view escaped_a, std::string_view escaped_b) {
  std::string a;
  std::string b;
  return compare_places(meaning(escaped_a, a), meaning(escaped_b, b));
}

int compare_key_place_to(std::string_view escaped, std::string_view text) {
  std::string memory;
  return compare_places(meaning(escaped, memory), text);
}

int compare_escaped(std::string_view escaped_a, std::string_view escaped_b) {
  std::string a;
  std::string b;
  return meaning(escaped_a, a).compare(meaning(escaped_b, b));
}

std::optional<std::string_view> jsonb_to_text(std::string_view value, Arena& memory) {
  const JsonbType type = jsonb_type(value);
  if (type == JsonbType::kNull) return std::nullopt;
  if (type != JsonbType::kString) return value;
  const std::string_view body = jsonb_string_body(value);
  std::string unescaped;
  return has_escape(body) ? memory.copy(meaning(body, unescaped)) : body;
}

}  // namespace pactolus

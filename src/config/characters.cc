#include "config/characters.h"

#include <cstdint>

namespace pactolus {
namespace {

struct Decoded {
  uint32_t code_point = 0;
  size_t bytes = 0;  // 0: not UTF-8
};

size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// The first character, by the Unicode standard's table 3-7: no overlong forms, surrogates, or beyond
/// U+10FFFF.
Decoded decode_first(std::string_view text) {
  auto lead = static_cast<unsigned char>(text.front());
  size_t bytes = sequence_bytes(lead);
  if (bytes == 0 || bytes > text.size()) return {};
  if (bytes == 1) return {lead, 1};
  uint32_t code_point = lead & (0x7FU >> bytes);
  for (char c : text.substr(1, bytes - 1)) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < kSmallest[bytes] || surrogate || code_point > 0x10FFFF) return {};
  return {code_point, bytes};
}

bool is_control(uint32_t c, std::string_view rest) {
  if (c == '\t' || c == '\n') return false;
  if (c == '\r') return !rest.starts_with('\n');
  constexpr uint32_t kByteOrderMark = 0xFEFF;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == kByteOrderMark;
}

}  // namespace

std::optional<BadCharacter> find_bad_character(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    Decoded decoded = decode_first(text.substr(i));
    if (decoded.bytes == 0) return BadCharacter{BadCharacter::Kind::kNotUtf8, i};
    if (is_control(decoded.code_point, text.substr(i + decoded.bytes))) {
      return BadCharacter{BadCharacter::Kind::kControl, i};
    }
    i += decoded.bytes;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    Decoded decoded = decode_first(text);
    if (decoded.bytes == 0) return false;
    text.remove_prefix(decoded.bytes);
  }
  return true;
}

}  // namespace pactolus

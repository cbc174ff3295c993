#include <array>

#include "base/nearest_name.h"
#include "data/bytes_text.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kUnknownEncoding{"22023", "unrecognized encoding: not hex, base64 or escape"};
constexpr FailureText kInvalidHex{"22023", "invalid hexadecimal data"};
constexpr FailureText kInvalidBase64{"22023", "invalid base64 data"};
constexpr FailureText kInvalidEscape{"22P02", "invalid input syntax for type bytea"};

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr size_t kBase64Line = 76;  // then comes a line's end (RFC 2045)

size_t base64_size(size_t bytes) {
  const size_t characters = (bytes + 2) / 3 * 4;
  return characters + bytes / (kBase64Line / 4 * 3);
}

/// base64_size() characters.
void write_base64(std::string_view bytes, char* out) {
  const auto byte = [&](size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *out++ = kBase64Digits[group >> 18];
    *out++ = kBase64Digits[group >> 12 & 63];
    *out++ = i + 1 < bytes.size() ? kBase64Digits[group >> 6 & 63] : '=';
    *out++ = i + 2 < bytes.size() ? kBase64Digits[group & 63] : '=';
    const size_t done = i + 3;
    if (done <= bytes.size() && done % (kBase64Line / 4 * 3) == 0) *out++ = '\n';
  }
}

/// As PostgreSQL reads it: blanks don't count, the end must be padded. Gives the number of bytes.
std::optional<size_t> read_base64(std::string_view text, char* out) {
  char* const begin = out;
  unsigned group = 0;
  int digits = 0;
  int padding = 0;
  for (char c : text) {
    if (is_byte_blank(c)) continue;
    size_t digit = 0;
    if (c == '=') {
      if (padding == 0 && digits < 2) return std::nullopt;
      if (padding == 0) padding = 4 - digits;
    } else {
      digit = kBase64Digits.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
    }
    group = group << 6 | static_cast<unsigned>(digit);
    if (++digits < 4) continue;
    *out++ = static_cast<char>(group >> 16);
    if (padding < 2) *out++ = static_cast<char>(group >> 8);
    if (padding < 1) *out++ = static_cast<char>(group);
    group = 0;
    digits = 0;
  }
  if (digits != 0) return std::nullopt;
  return static_cast<size_t>(out - begin);
}

/// Bytes that PostgreSQL's escape form writes as a backslash and three octal digits.
bool is_octal(char c) { return c == '\0' || (c & 0x80) != 0; }

size_t escaped_size(std::string_view bytes) {
  size_t size = bytes.size();
  for (char c : bytes) size += is_octal(c) ? 3 : (c == '\\' ? 1 : 0);
  return size;
}

void write_escaped(std::string_view bytes, char* out) {
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_octal(c)) {
      *out++ = '\\';
      *out++ = static_cast<char>('0' + (byte >> 6));
      *out++ = static_cast<char>('0' + (byte >> 3 & 7));
      *out++ = static_cast<char>('0' + (byte & 7));
    } else {
      if (c == '\\') *out++ = '\\';
      *out++ = c;
    }
  }
}

enum class Encoding : uint8_t { kHex, kBase64, kEscape };

std::optional<Encoding> encoding_of(std::string_view name) {
  const std::string lower = lower_case(name);
  if (lower == "hex") return Encoding::kHex;
  if (lower == "base64") return Encoding::kBase64;
  if (lower == "escape") return Encoding::kEscape;
  return std::nullopt;
}

Failure encode(std::string_view& out, Arena& memory, std::string_view bytes, std::string_view name) {
  const std::optional<Encoding> encoding = encoding_of(name);
  if (!encoding) return &kUnknownEncoding;
  const size_t size = encoding == Encoding::kHex      ? 2 * bytes.size()
                      : encoding == Encoding::kBase64 ? base64_size(bytes.size())
                                                      : escaped_size(bytes);
  if (size > kTextBytesMax) return &failures::kTextTooLong;
  char* begin = memory.allocate(size);
  if (encoding == Encoding::kHex) write_hex(bytes, begin);
  if (encoding == Encoding::kBase64) write_base64(bytes, begin);
  if (encoding == Encoding::kEscape) write_escaped(bytes, begin);
  out = {begin, size};
  return kNoFailure;
}

Failure decode(std::string_view& out, Arena& memory, std::string_view text, std::string_view name) {
  const std::optional<Encoding> encoding = encoding_of(name);
  if (!encoding) return &kUnknownEncoding;
  char* begin = memory.allocate(text.size());  // it never becomes longer
  size_t size = 0;
  if (encoding == Encoding::kBase64) {
    const std::optional<size_t> read = read_base64(text, begin);
    if (!read) return &kInvalidBase64;
    size = *read;
  } else {
    const bool hex = encoding == Encoding::kHex;
    const auto read = hex ? read_hex(text, begin) : read_escaped(text, begin);
    if (!read.ok()) return hex ? &kInvalidHex : &kInvalidEscape;
    size = *read;
  }
  memory.shrink_last(text.size() - size);
  out = {begin, size};
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kEncode[] = {{{kBytea, kText}, kText, &make_kernel<&encode>}};
constexpr Overload kDecode[] = {{{kText, kText}, kBytea, &make_kernel<&decode>}};

}  // namespace

const FunctionSpec& encode_spec() {
  static const FunctionSpec spec{
      .name = "encode",
      .signature = "encode(bytea, format text) → text",
      .summary =
          "The bytes as text: 'hex', 'base64' (a line's end behind every 76 characters), or 'escape', which "
          "leaves "
          "ASCII as it is.",
      .example = "encode('\\x0aff', 'base64')",
      .overloads = kEncode,
  };
  return spec;
}
PACTOLUS_REGISTER(encode);

const FunctionSpec& decode_spec() {
  static const FunctionSpec spec{
      .name = "decode",
      .signature = "decode(text, format text) → bytea",
      .summary = "The bytes that encode() has written in that format; other texts fail (22023, 22P02).",
      .example = "decode('Cv8=', 'base64')",
      .overloads = kDecode,
  };
  return spec;
}
PACTOLUS_REGISTER(decode);

}  // namespace pactolus

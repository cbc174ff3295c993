#include "data/jsonb/json_tokens.h"

#include <charconv>

#include "data/codecs/scalar_decoder.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

constexpr bool is_json_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// What PostgreSQL takes for parts of one word, which is then a token or none.
constexpr bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+' || c == '.' || (c & 0x80) != 0;
}

constexpr bool is_high_surrogate(uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
constexpr bool is_low_surrogate(uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

void append_utf8(uint32_t code, std::string& out) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | (code >> shift & 0x3F))); };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | code >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

constexpr std::string_view kStructure = "{}[]:,";
constexpr JsonToken kStructureTokens[] = {JsonToken::kObjectBegin, JsonToken::kObjectEnd,
                                          JsonToken::kArrayBegin,  JsonToken::kArrayEnd,
                                          JsonToken::kColon,       JsonToken::kComma};

}  // namespace

TextResult<void> JsonTokens::next() {
  while (at_ < text_.size() && is_json_blank(text_[at_])) ++at_;
  begin_ = at_;
  if (at_ == text_.size()) {
    token_ = JsonToken::kEnd;
    return {};
  }
  const char c = text_[at_];
  if (c == '"') return read_string();
  if (size_t i = kStructure.find(c); i != std::string_view::npos) {
    token_ = kStructureTokens[i];
    ++at_;
    return {};
  }
  return read_word();
}

TextResult<void> JsonTokens::read_word() {
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  content_ = text_.substr(begin_, at_ - begin_);
  if (content_ == "true") {
    token_ = JsonToken::kTrue;
  } else if (content_ == "false") {
    token_ = JsonToken::kFalse;
  } else if (content_ == "null") {
    token_ = JsonToken::kNull;
  } else if (is_json_number(content_)) {
    token_ = JsonToken::kNumber;
  } else {
    return unexpected();
  }
  return {};
}

/// Strings without an escape, most of them, are views of the text.
TextResult<void> JsonTokens::read_string() {
  token_ = JsonToken::kString;
  size_t plain = ++at_;  // where what is not yet in unescaped_ begins
  bool escaped = false;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') break;
    if (static_cast<unsigned char>(c) < 0x20) return error_at(at_);
    if (c != '\\') continue;
    if (!escaped) unescaped_.clear();
    escaped = true;
    unescaped_.append(text_.substr(plain, at_ - plain));
    PACTOLUS_TRY(read_escape());
    plain = at_ + 1;
  }
  if (at_ == text_.size()) return error_at(at_);
  content_ = text_.substr(plain, at_ - plain);
  ++at_;
  if (escaped) content_ = unescaped_.append(content_);
  return {};
}

/// From the backslash to the last character of the escape.
TextResult<void> JsonTokens::read_escape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (++at_ == text_.size()) return error_at(at_);
  if (text_[at_] == 'u') return read_unicode();
  const size_t letter = kLetters.find(text_[at_]);
  if (letter == std::string_view::npos) return error_at(at_ - 1);
  unescaped_.push_back(kMeanings[letter]);
  return {};
}

std::optional<uint32_t> JsonTokens::hex_at(size_t at) const {
  constexpr size_t kDigits = 4;
  if (at + kDigits > text_.size()) return std::nullopt;
  const char* end = text_.data() + at + kDigits;
  uint32_t code = 0;
  auto [stop, status] = std::from_chars(text_.data() + at, end, code, 16);
  if (status != std::errc{} || stop != end) return std::nullopt;
  return code;
}

/// From the u on. Characters beyond the first 65,536 are two escapes.
TextResult<void> JsonTokens::read_unicode() {
  const size_t escape = at_ - 1;
  std::optional<uint32_t> code = hex_at(at_ + 1);
  if (!code || is_low_surrogate(*code)) return error_at(escape);
  if (*code == 0) {
    return TextError{"22P05", "unsupported Unicode escape sequence: \\u0000 cannot be converted to text"};
  }
  at_ += 4;
  if (is_high_surrogate(*code)) {
    const bool pair = text_.substr(at_ + 1).starts_with("\\u");
    const std::optional<uint32_t> low = pair ? hex_at(at_ + 3) : std::nullopt;
    if (!low || !is_low_surrogate(*low)) return error_at(escape);
    code = 0x10000 + ((*code & 0x3FF) << 10 | (*low & 0x3FF));
    at_ += 6;
  }
  append_utf8(*code, unescaped_);
  return {};
}

TextError JsonTokens::error_at(size_t at) const {
  if (at >= text_.size()) {
    return {"22P02", "invalid input syntax for type json: it ends too early"};
  }
  return {"22P02", quoted("invalid input syntax for type json at", text_.substr(at))};
}

}  // namespace pactolus

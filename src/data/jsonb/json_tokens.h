#pragma once

#include <string>
#include <string_view>

#include "data/text_format.h"

namespace pactolus {

/// What a JSON text (RFC 8259) is made of.
enum class JsonToken : uint8_t {
  kEnd,
  kObjectBegin,
  kObjectEnd,
  kArrayBegin,
  kArrayEnd,
  kColon,
  kComma,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
};

/// Reads one token after another and refuses what PostgreSQL's lexer refuses, with its SQLSTATE: 22P02, and
/// 22P05 for \u0000. Lives while one text is read, which outlives it. Threads: one.
class JsonTokens {
 public:
  /// `text` is UTF-8.
  explicit JsonTokens(std::string_view text) : text_(text) {}

  TextResult<void> next();

  JsonToken token() const { return token_; }
  /// A number as it stands in the text; of a string what it means, until the next token.
  std::string_view content() const { return content_; }
  /// 22P02 at the token.
  TextError unexpected() const { return error_at(begin_); }

 private:
  TextResult<void> read_string();
  TextResult<void> read_escape();
  TextResult<void> read_unicode();
  /// Four digits at `at`; none: they are no digits.
  std::optional<uint32_t> hex_at(size_t at) const;
  TextResult<void> read_word();
  TextError error_at(size_t at) const;

  std::string_view text_;
  size_t at_ = 0;
  size_t begin_ = 0;  // of the token
  JsonToken token_ = JsonToken::kEnd;
  std::string_view content_;
  std::string unescaped_;
};

}  // namespace pactolus

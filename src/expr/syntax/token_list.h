#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "config/source_text.h"

namespace pactolus {

/// Bytes [begin, end) of an expression's text.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

/// One token of an expression; `kind` is PgQuery__Token.
struct Token {
  Span span;
  int kind = 0;
  bool reserved = false;  // a word that PostgreSQL reserves
};

/// Longer or larger expressions make libpg_query's recursive tree dangerous to unpack (a chain of 8,000
/// operators crashes it), so they are refused before they get there.
constexpr size_t kExpressionBytesMax = 8 * 1024;
constexpr size_t kExpressionTokensMax = 512;
/// PostgreSQL cuts longer names in silence; we refuse them.
constexpr size_t kNameBytesMax = 63;

/// The tokens of one expression, comments left out. The text they came from is valid UTF-8 without NUL, not
/// empty, within the bounds above, has no semicolon, and its parentheses match.
class TokenList {
 public:
  /// None: a diagnostic was added.
  static std::optional<TokenList> scan(const SourceText& source, Diagnostics& diagnostics);

  const std::vector<Token>& tokens() const { return tokens_; }
  /// The token that holds `byte`, or an empty one there.
  Token at(size_t byte) const;
  /// Index of the first token that begins at or after `byte`.
  size_t index_from(size_t byte) const;
  std::string_view text(const Token& token) const {
    return std::string_view(*text_).substr(token.span.begin, token.span.end - token.span.begin);
  }

 private:
  TokenList(const std::string& text, std::vector<Token> tokens) : text_(&text), tokens_(std::move(tokens)) {}

  const std::string* text_;  // belongs to the SourceText
  std::vector<Token> tokens_;
};

/// An error at a place of the expression's text.
Diagnostic error_at(const SourceText& source, Span span, std::string code, std::string message,
                    std::string hint = "");

/// The byte where the character number `character` (from 0) of `text` begins; text.size() if it has fewer.
size_t byte_of_character(std::string_view text, size_t character);

}  // namespace pactolus

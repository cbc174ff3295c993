#include "expr/syntax/token_list.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/check.h"
#include "config/characters.h"
#include "expr/syntax/pg_query_guard.h"

namespace pactolus {
namespace {

/// Frees what pg_query_scan returned.
struct OwnedScan {
  explicit OwnedScan(const std::string& text) : result(pg_query_scan(text.c_str())) {}
  OwnedScan(const OwnedScan&) = delete;
  OwnedScan& operator=(const OwnedScan&) = delete;
  ~OwnedScan() { pg_query_free_scan_result(result); }

  PgQueryScanResult result;
};

using ScanResult = std::unique_ptr<PgQuery__ScanResult, decltype([](PgQuery__ScanResult* result) {
                                     pg_query__scan_result__free_unpacked(result, nullptr);
                                   })>;

/// The checks that must come before libpg_query sees the text.
std::optional<Diagnostic> check_text(const SourceText& source) {
  const std::string& text = source.text;
  if (text.find_first_not_of(" \t\r\n\f\v") == std::string::npos) {
    return error_at(source, {0, text.size()}, "empty-expression", "an expression is expected here");
  }
  if (text.size() > kExpressionBytesMax) {
    return error_at(source, {0, 1}, "expression-too-long",
                    "the expression has " + std::to_string(text.size()) + " bytes, at most " +
                        std::to_string(kExpressionBytesMax) + " are allowed",
                    "split it over several steps");
  }
  if (auto bad = find_bad_character(text)) {
    bool encoding = bad->kind == BadCharacter::Kind::kNotUtf8;
    return error_at(
        source, {bad->offset, bad->offset + 1}, "invalid-text",
        encoding ? "the expression is not valid UTF-8" : "the expression contains a control character");
  }
  return std::nullopt;
}

Diagnostic scan_error(const SourceText& source, const PgQueryError& error) {
  size_t character = error.cursorpos > 0 ? static_cast<size_t>(error.cursorpos - 1) : 0;
  size_t byte = byte_of_character(source.text, character);
  std::string message = error.message;
  bool quote = message.find("quoted") != std::string::npos;
  return error_at(source, {byte, byte + 1}, "syntax-error", message.substr(0, message.find(" at or near")),
                  quote ? "a quote inside a quoted text is written twice: 'it''s'" : "");
}

std::optional<Diagnostic> check_token(const SourceText& source, const Token& token) {
  Span span = token.span;
  if (token.kind == PG_QUERY__TOKEN__ASCII_59) {
    return error_at(source, span, "syntax-error", "one expression is expected, without a semicolon");
  }
  bool quoted = source.text[span.begin] == '"';
  size_t length = span.end - span.begin - (quoted ? 2 : 0);
  if (token.kind == PG_QUERY__TOKEN__IDENT && length > kNameBytesMax) {
    return error_at(source, span, "name-too-long",
                    "names in expressions have at most " + std::to_string(kNameBytesMax) + " bytes");
  }
  return std::nullopt;
}

/// Without this `1) , (2` would pass as two columns and `1) + (2` as a sum.
std::optional<Diagnostic> check_parentheses(const SourceText& source, const std::vector<Token>& tokens) {
  std::vector<const Token*> open;
  for (const Token& token : tokens) {
    if (token.kind == PG_QUERY__TOKEN__ASCII_40) open.push_back(&token);
    if (token.kind != PG_QUERY__TOKEN__ASCII_41) continue;
    if (open.empty()) {
      return error_at(source, token.span, "syntax-error", "there is no ( for this )");
    }
    open.pop_back();
  }
  if (open.empty()) return std::nullopt;
  return error_at(source, open.back()->span, "syntax-error", "there is no ) for this (");
}

std::optional<Diagnostic> check_tokens(const SourceText& source, const std::vector<Token>& tokens) {
  if (tokens.empty()) {
    return error_at(source, {0, source.text.size()}, "empty-expression", "an expression is expected here");
  }
  if (tokens.size() > kExpressionTokensMax) {
    Span first_too_many = tokens[kExpressionTokensMax].span;
    return error_at(source, first_too_many, "expression-too-long",
                    "the expression has " + std::to_string(tokens.size()) + " tokens, at most " +
                        std::to_string(kExpressionTokensMax) + " are allowed",
                    "split it over several steps");
  }
  for (const Token& token : tokens) {
    if (auto error = check_token(source, token)) return error;
  }
  return check_parentheses(source, tokens);
}

std::vector<Token> convert(const PgQuery__ScanResult& result) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < result.n_tokens; ++i) {
    const PgQuery__ScanToken& token = *result.tokens[i];
    if (token.token == PG_QUERY__TOKEN__SQL_COMMENT || token.token == PG_QUERY__TOKEN__C_COMMENT) continue;
    tokens.push_back({.span = {static_cast<size_t>(token.start), static_cast<size_t>(token.end)},
                      .kind = static_cast<int>(token.token),
                      .reserved = token.keyword_kind == PG_QUERY__KEYWORD_KIND__RESERVED_KEYWORD});
  }
  return tokens;
}

}  // namespace

std::optional<TokenList> TokenList::scan(const SourceText& source, Diagnostics& diagnostics) {
  if (auto error = check_text(source)) {
    diagnostics.add(*std::move(error));
    return std::nullopt;
  }
  PgQueryGuard guard;
  OwnedScan owned(source.text);
  if (owned.result.error) {
    diagnostics.add(scan_error(source, *owned.result.error));
    return std::nullopt;
  }
  ScanResult scanned(pg_query__scan_result__unpack(nullptr, owned.result.pbuf.len,
                                                   reinterpret_cast<const uint8_t*>(owned.result.pbuf.data)));
  PACTOLUS_CHECK(scanned != nullptr);
  std::vector<Token> tokens = convert(*scanned);
  if (auto error = check_tokens(source, tokens)) {
    diagnostics.add(*std::move(error));
    return std::nullopt;
  }
  return TokenList(source.text, std::move(tokens));
}

size_t TokenList::index_from(size_t byte) const {
  auto found = std::lower_bound(tokens_.begin(), tokens_.end(), byte,
                                [](const Token& token, size_t wanted) { return token.span.begin < wanted; });
  return static_cast<size_t>(found - tokens_.begin());
}

Token TokenList::at(size_t byte) const {
  size_t index = index_from(byte + 1);
  if (index > 0 && tokens_[index - 1].span.end > byte) return tokens_[index - 1];
  return {.span = {byte, byte}};
}

Diagnostic error_at(const SourceText& source, Span span, std::string code, std::string message,
                    std::string hint) {
  return source.diagnostic(span.begin, span.end - span.begin, std::move(code), std::move(message),
                           std::move(hint));
}

size_t byte_of_character(std::string_view text, size_t character) {
  size_t byte = 0;
  while (byte < text.size()) {
    bool starts = (static_cast<unsigned char>(text[byte]) & 0xC0) != 0x80;
    if (starts && character-- == 0) break;
    ++byte;
  }
  return byte;
}

}  // namespace pactolus

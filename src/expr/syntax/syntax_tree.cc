#include "expr/syntax/syntax_tree.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "base/nearest_name.h"
#include "expr/syntax/pg_query_guard.h"

namespace pactolus {
namespace {

/// The line break ends a `--` comment that would swallow the parenthesis.
constexpr std::string_view kBefore = "SELECT (";
constexpr std::string_view kAfter = "\n)";

/// Reserved words that somebody who writes them at a wrong place means as what they are.
bool is_operator_word(std::string_view word) {
  static constexpr std::string_view kWords[] = {"and",  "or",   "not",  "in",   "when", "then",
                                                "else", "case", "null", "true", "false"};
  return std::find(std::begin(kWords), std::end(kWords), lower_case(word)) != std::end(kWords);
}

std::string hint_for(const TokenList& tokens, const Token& near) {
  if (near.reserved && !is_operator_word(tokens.text(near))) {
    return "`" + lower_case(tokens.text(near)) +
           "` is a word that PostgreSQL reserves; a field of that name needs another one";
  }
  for (const Token& token : tokens.tokens()) {
    if (tokens.text(token) == "&&") return "for a logical and, write AND";
    if (tokens.text(token) == "||") return "|| joins texts; for a logical or, write OR";
    if (tokens.text(token) == "==") return "for equality, write =";
  }
  return "";
}

Diagnostic parse_error(const SourceText& source, const TokenList& tokens, const PgQueryError& error) {
  size_t characters_before = kBefore.size() + 1;  // cursorpos counts from 1
  size_t cursor = error.cursorpos > 0 ? static_cast<size_t>(error.cursorpos) : 0;
  size_t character = cursor > characters_before ? cursor - characters_before : 0;
  size_t byte = byte_of_character(source.text, character);
  Token near = tokens.at(byte);
  std::string message = error.message;
  if (near.span.begin == near.span.end) {
    message = "the expression ends where more was expected";
    size_t end = tokens.tokens().back().span.end;
    return error_at(source, {end, end}, "syntax-error", message, hint_for(tokens, tokens.tokens().back()));
  }
  if (message.starts_with("syntax error")) {
    message = "syntax error at `" + std::string(tokens.text(near)) + "`";
  }
  return error_at(source, near.span, "syntax-error", message, hint_for(tokens, near));
}

/// The one expression of `SELECT (expression)`, or nullptr if the text smuggled in anything else.
const PgQuery__Node* only_expression(const PgQuery__ParseResult& result) {
  if (result.n_stmts != 1) return nullptr;
  const PgQuery__Node* statement = result.stmts[0]->stmt;
  if (statement == nullptr || statement->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return nullptr;
  const PgQuery__SelectStmt& select = *statement->select_stmt;
  bool plain = select.n_target_list == 1 && select.n_from_clause == 0 && select.where_clause == nullptr &&
               select.n_group_clause == 0 && select.having_clause == nullptr && select.n_window_clause == 0 &&
               select.n_values_lists == 0 && select.n_sort_clause == 0 && select.limit_count == nullptr &&
               select.limit_offset == nullptr && select.n_locking_clause == 0 &&
               select.with_clause == nullptr && select.into_clause == nullptr &&
               select.op == PG_QUERY__SET_OPERATION__SETOP_NONE;
  if (!plain || select.target_list[0]->node_case != PG_QUERY__NODE__NODE_RES_TARGET) return nullptr;
  return select.target_list[0]->res_target->val;
}

}  // namespace

std::unique_ptr<SyntaxTree> SyntaxTree::parse(const SourceText& source, Diagnostics& diagnostics) {
  std::optional<TokenList> tokens = TokenList::scan(source, diagnostics);
  if (!tokens) return nullptr;
  std::string statement = std::string(kBefore) + source.text + std::string(kAfter);
  std::unique_ptr<SyntaxTree> tree(new SyntaxTree(*std::move(tokens), source.text.size()));
  PgQueryGuard guard;
  PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(statement.c_str());
  if (parsed.error) {
    diagnostics.add(parse_error(source, tree->tokens_, *parsed.error));
  } else {
    tree->result_ = pg_query__parse_result__unpack(nullptr, parsed.parse_tree.len,
                                                   reinterpret_cast<const uint8_t*>(parsed.parse_tree.data));
    PACTOLUS_CHECK(tree->result_ != nullptr);
    tree->root_ = only_expression(*tree->result_);
    if (tree->root_ == nullptr) {
      diagnostics.add(
          error_at(source, {0, source.text.size()}, "syntax-error", "one expression is expected"));
    }
  }
  pg_query_free_protobuf_parse_result(parsed);
  return tree->root_ ? std::move(tree) : nullptr;
}

SyntaxTree::~SyntaxTree() {
  if (result_) pg_query__parse_result__free_unpacked(result_, nullptr);
}

Span SyntaxTree::span_at(int location) const {
  if (location < static_cast<int>(kBefore.size())) return {0, text_bytes_};
  return tokens_.at(static_cast<size_t>(location) - kBefore.size()).span;
}

}  // namespace pactolus

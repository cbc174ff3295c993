#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "config/source_text.h"
#include "expr/syntax/token_list.h"

struct PgQuery__Node;
struct PgQuery__ParseResult;

namespace pactolus {

/// An expression as PostgreSQL's own parser (libpg_query, protobuf tree) sees it. Owned by one binding, gone
/// afterwards. Threads: any, parsing is serialised.
class SyntaxTree {
 public:
  /// None: a diagnostic was added.
  static std::unique_ptr<SyntaxTree> parse(const SourceText& source, Diagnostics& diagnostics);
  ~SyntaxTree();

  const PgQuery__Node& root() const { return *root_; }
  const TokenList& tokens() const { return tokens_; }
  /// The token at a node's `location`, in bytes of the expression's own text; the whole text for an unknown
  /// location.
  Span span_at(int location) const;

 private:
  SyntaxTree(TokenList tokens, size_t text_bytes) : tokens_(std::move(tokens)), text_bytes_(text_bytes) {}

  TokenList tokens_;
  size_t text_bytes_;
  PgQuery__ParseResult* result_ = nullptr;  // owned
  const PgQuery__Node* root_ = nullptr;
};

}  // namespace pactolus

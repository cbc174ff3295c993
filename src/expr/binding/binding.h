#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "expr/binder.h"
#include "expr/binding/bound.h"
#include "expr/nodes/cast.h"
#include "expr/syntax/syntax_tree.h"

namespace pactolus {

/// What names mean in one place of an expression.
struct Names {
  const Scope* scope = nullptr;
  /// In an item of an aggregate: the grouped columns, and where aggregate calls are known and collected.
  const Schema* grouped = nullptr;
  const AggregateResolver* aggregates = nullptr;
  std::vector<AggregateCall>* calls = nullptr;
  bool inside_aggregate = false;
};

/// One pass over one syntax tree: what the families of nodes (families.h) share. Lives during one binding.
class Binding {
 public:
  Binding(const SourceText& source, const SyntaxTree& tree, Names names, Diagnostics& diagnostics)
      : source_(source), tree_(tree), names_(names), diagnostics_(diagnostics) {}

  MaybeBound bind(const PgQuery__Node& node);
  /// Binds several in order; shorter than `nodes` if any failed (all of them are tried).
  std::vector<Bound> bind_all(std::span<PgQuery__Node* const> nodes);
  /// Binds a node that must be a boolean, `what` ("argument of AND") if it isn't.
  MaybeBound bind_boolean(const PgQuery__Node& node, const std::string& what);

  /// Turns a bound value into `type`; the caller has checked that PostgreSQL would, in that context. An
  /// unknown literal is read by the type, and a malformed one is a diagnostic.
  MaybeBound coerce(Bound value, Type type);
  /// Same, for a value whose type must be checked: none and a type-mismatch if `context` doesn't allow the
  /// cast.
  MaybeBound coerce_checked(Bound value, Type type, CastContext context, const std::string& what);
  /// The values as one type (PostgreSQL's rules for CASE, COALESCE, …), in order; none if they don't fit
  /// together.
  std::optional<Type> unify(std::vector<Bound>& values, const std::string& what);

  /// The bound form of an expression made of `parts`: computed now if all of them are constants. `token` is
  /// what a failing computation is reported at.
  Bound finish(ExpressionPtr expression, Parts parts, Span span, Span token);

  std::nullopt_t error(std::string code, Span span, std::string message, std::string hint = "");
  Diagnostic diagnostic(std::string code, Span span, std::string message, std::string hint = "") const {
    return error_at(source_, span, std::move(code), std::move(message), std::move(hint));
  }

  Diagnostics& diagnostics() { return diagnostics_; }
  const Names& names() const { return names_; }
  /// Replaces what names mean, until the returned names are put back.
  Names exchange_names(Names names) { return std::exchange(names_, names); }
  /// For SharedOperand: how many of them enclose what is being bound.
  size_t enter_shared() { return ++shared_depth_; }
  void leave_shared(size_t depth) {
    PACTOLUS_CHECK(depth == shared_depth_, "shared operands nest");
    --shared_depth_;
  }
  size_t shared_depth() const { return shared_depth_; }

  const SyntaxTree& tree() const { return tree_; }
  const TokenList& tokens() const { return tree_.tokens(); }
  std::string source_text(Span span) const { return source_.text.substr(span.begin, span.end - span.begin); }

 private:
  MaybeBound read_unknown(Bound value, Type type);

  const SourceText& source_;
  const SyntaxTree& tree_;
  Names names_;
  Diagnostics& diagnostics_;
  size_t shared_depth_ = 0;
};

/// " (SQLSTATE 22012)" appended to PostgreSQL's message.
std::string with_sqlstate(const std::string& message, const std::string& sqlstate);

}  // namespace pactolus

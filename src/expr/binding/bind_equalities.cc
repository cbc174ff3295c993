#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/binding.h"
#include "expr/nodes/column_reference.h"

namespace pactolus {
namespace {

/// Reads a tree of AND and equalities. Lives for one call.
class EqualityReader {
 public:
  EqualityReader(Binding& binding, const Scope& scope) : binding_(binding), scope_(scope) {}

  std::optional<std::vector<ColumnPair>> run(const PgQuery__Node& root) {
    read(root);
    return ok_ ? std::optional(std::move(pairs_)) : std::nullopt;
  }

 private:
  void read(const PgQuery__Node& node) {
    if (node.node_case == PG_QUERY__NODE__NODE_BOOL_EXPR) {
      const PgQuery__BoolExpr& conjunction = *node.bool_expr;
      if (conjunction.boolop != PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR)
        return refuse(binding_.tree().span_at(conjunction.location));
      for (size_t i = 0; i < conjunction.n_args; ++i) read(*conjunction.args[i]);
    } else if (is_equality(node)) {
      read_equality(*node.a_expr);
    } else {
      const bool is_operation = node.node_case == PG_QUERY__NODE__NODE_A_EXPR;
      refuse(binding_.tree().span_at(is_operation ? node.a_expr->location : 0));
    }
  }

  static bool is_equality(const PgQuery__Node& node) {
    if (node.node_case != PG_QUERY__NODE__NODE_A_EXPR) return false;
    const PgQuery__AExpr& operation = *node.a_expr;
    return operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && operation.n_name == 1 &&
           std::string_view(operation.name[0]->string->sval) == "=" && operation.lexpr && operation.rexpr;
  }

  void read_equality(const PgQuery__AExpr& node) {
    const MaybeBound left = binding_.bind(*node.lexpr);
    const MaybeBound right = binding_.bind(*node.rexpr);
    if (!left || !right) {
      ok_ = false;
      return;
    }
    const Span whole = cover(left->span, right->span);
    const std::optional<ScopeColumn> a = column(*left);
    const std::optional<ScopeColumn> b = column(*right);
    if (!a || !b || a->input == b->input) return refuse(whole);
    pairs_.push_back({*a, *b, binding_.diagnostic("", whole, "")});
  }

  /// The column that an expression is; none: it is something else.
  std::optional<ScopeColumn> column(const Bound& bound) const {
    if (!bound.expression || !is_column_reference(*bound.expression)) return std::nullopt;
    std::vector<size_t> indexes;
    bound.expression->collect_columns(indexes);
    size_t begin = 0;
    for (size_t input = 0; input < scope_.inputs.size(); ++input) {
      const size_t end = begin + scope_.inputs[input].schema->size();
      if (indexes.front() < end) return ScopeColumn{input, indexes.front() - begin, indexes.front()};
      begin = end;
    }
    return std::nullopt;
  }

  void refuse(Span span) {
    ok_ = false;
    std::string pattern;
    for (const ScopeInput& input : scope_.inputs)
      pattern += (pattern.empty() ? "" : " = ") + input.name + ".COLUMN";
    binding_.error("no-equality", span, "only equalities of columns, joined by AND, are possible here",
                   "write " + pattern + "; what else must hold can be said in a `filter` step behind");
  }

  Binding& binding_;
  const Scope& scope_;
  std::vector<ColumnPair> pairs_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::vector<ColumnPair>> bind_equalities(const SourceText& source, const Scope& scope,
                                                       Diagnostics& diagnostics) {
  const std::unique_ptr<SyntaxTree> tree = SyntaxTree::parse(source, diagnostics);
  if (!tree) return std::nullopt;
  Names names;
  names.scope = &scope;
  Binding binding(source, *tree, names, diagnostics);
  return EqualityReader(binding, scope).run(tree->root());
}

}  // namespace pactolus

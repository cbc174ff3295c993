#include "expr/binder.h"

#include "base/nearest_name.h"
#include "expr/binding/binding.h"

namespace pactolus {
namespace {

Names names_of(const Scope& scope) {
  Names names;
  names.scope = &scope;
  return names;
}

Names names_of(const Scope& scope, const Schema& grouped, const AggregateResolver& resolver,
               std::vector<AggregateCall>& calls) {
  Names names = names_of(scope);
  names.grouped = &grouped;
  names.aggregates = &resolver;
  names.calls = &calls;
  return names;
}

/// Binds the whole text. A quoted text or NULL that nothing gave a type is a text, as in PostgreSQL.
/// `wanted`: the type that the result must have or be castable to without being asked.
ExpressionPtr bind_whole(const SourceText& source, const Names& names, const Type* wanted,
                         Diagnostics& diagnostics) {
  std::unique_ptr<SyntaxTree> tree = SyntaxTree::parse(source, diagnostics);
  if (!tree) return nullptr;
  Binding binding(source, *tree, names, diagnostics);
  MaybeBound bound = binding.bind(tree->root());
  if (!bound) return nullptr;
  if (wanted) {
    bound = binding.coerce_checked(*std::move(bound), *wanted, CastContext::kImplicit, "the expression");
  } else if (bound->unknown) {
    bound = binding.coerce(*std::move(bound), kTextType);
  }
  if (!bound) return nullptr;
  if (bound->failure) {
    diagnostics.add(*std::move(bound->failure));
    return nullptr;
  }
  return std::move(bound->expression);
}

}  // namespace

std::vector<ScopeColumn> find_columns(const Scope& scope, std::string_view qualifier, std::string_view name) {
  std::vector<ScopeColumn> found;
  size_t begin = 0;
  for (size_t i = 0; i < scope.inputs.size(); ++i) {
    const ScopeInput& input = scope.inputs[i];
    const bool meant = qualifier.empty() || lower_case(input.name) == lower_case(qualifier);
    const std::optional<size_t> column = meant ? input.schema->find(name) : std::nullopt;
    if (column) found.push_back({i, *column, begin + *column});
    begin += input.schema->size();
  }
  return found;
}

ExpressionPtr bind_expression(const SourceText& source, const Scope& scope, Diagnostics& diagnostics) {
  return bind_whole(source, names_of(scope), nullptr, diagnostics);
}

ExpressionPtr bind_expression_as(const SourceText& source, const Scope& scope, Type wanted,
                                 Diagnostics& diagnostics) {
  return bind_whole(source, names_of(scope), &wanted, diagnostics);
}

ExpressionPtr bind_aggregate_expression(const SourceText& source, const Scope& scope, const Schema& grouped,
                                        const AggregateResolver& resolver, std::vector<AggregateCall>& calls,
                                        Diagnostics& diagnostics) {
  return bind_whole(source, names_of(scope, grouped, resolver, calls), nullptr, diagnostics);
}

ExpressionPtr bind_aggregate_expression_as(const SourceText& source, const Scope& scope,
                                           const Schema& grouped, const AggregateResolver& resolver,
                                           std::vector<AggregateCall>& calls, Type wanted,
                                           Diagnostics& diagnostics) {
  return bind_whole(source, names_of(scope, grouped, resolver, calls), &wanted, diagnostics);
}

}  // namespace pactolus

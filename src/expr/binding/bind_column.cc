#include <pg_query/pg_query.pb-c.h>

#include "base/nearest_name.h"
#include "expr/binding/families.h"
#include "expr/nodes/column_reference.h"

namespace pactolus {
namespace {

bool same_name(std::string_view a, std::string_view b) { return lower_case(a) == lower_case(b); }

const Constant* find_constant(const Scope& scope, const std::string& name) {
  for (const Constant& constant : scope.constants) {
    if (same_name(constant.name, name)) return &constant;
  }
  return nullptr;
}

std::vector<std::string> known_names(const Names& names) {
  const Schema* schema = names.grouped ? names.grouped : names.scope->input;
  std::vector<std::string> known = schema ? schema->names() : std::vector<std::string>{};
  for (const Constant& constant : names.scope->constants) known.push_back(constant.name);
  return known;
}

/// The parts of a name as written, with the tokens from the first to the last part.
Span name_span(const Binding& binding, const PgQuery__ColumnRef& node) {
  Span first = binding.tree().span_at(node.location);
  const auto& tokens = binding.tokens().tokens();
  size_t last = binding.tokens().index_from(first.begin) + 2 * (node.n_fields - 1);
  return last < tokens.size() ? cover(first, tokens[last].span) : first;
}

std::nullopt_t unknown_column(Binding& binding, const std::string& name, Span span) {
  const Scope& scope = *binding.names().scope;
  std::string message = "there is no column `" + name + "`";
  for (const auto& [elsewhere, hint] : scope.hints) {
    if (same_name(elsewhere, name)) return binding.error("unknown-column", span, message, hint);
  }
  std::string hint = did_you_mean(name, known_names(binding.names()));
  if (binding.source_text(binding.tokens().at(span.end - 1).span).starts_with('"')) {
    hint += (hint.empty() ? "" : " ") + std::string("a text is written in single quotes: '") + name + "'";
  }
  return binding.error("unknown-column", span, message, hint);
}

bool is_qualifier(const Scope& scope, const std::string& name) {
  return std::any_of(scope.qualifiers.begin(), scope.qualifiers.end(),
                     [&](const std::string& known) { return same_name(known, name); });
}

Bound reference(const Schema& schema, size_t index, Span span) {
  const Field& field = schema[index];
  Bound bound;
  bound.expression = make_column_reference(index, field.type, field.nullable);
  bound.span = span;
  return bound;
}

MaybeBound constant_value(Binding& binding, const Constant& constant, Span span) {
  Bound value;
  value.unknown = true;
  value.unknown_text = constant.text;
  value.span = span;
  return binding.coerce(std::move(value), constant.type);
}

MaybeBound find_name(Binding& binding, const std::string& name, bool qualified, Span span) {
  const Names& names = binding.names();
  const Schema* input = names.scope->input;
  std::optional<size_t> in_input = input ? input->find(name) : std::nullopt;
  if (names.grouped) {
    if (auto index = names.grouped->find(name)) return reference(*names.grouped, *index, span);
    if (in_input) {
      return binding.error("not-grouped", span,
                           "column `" + name + "` must be in `by` or inside an aggregate function",
                           "write min(" + name + "), or add " + name + " to `by`");
    }
  } else if (in_input) {
    return reference(*input, *in_input, span);
  }
  const Constant* constant = qualified ? nullptr : find_constant(*names.scope, name);
  return constant ? constant_value(binding, *constant, span) : unknown_column(binding, name, span);
}

}  // namespace

MaybeBound bind_column(Binding& binding, const PgQuery__ColumnRef& node) {
  Span span = name_span(binding, node);
  std::vector<std::string> parts;
  for (size_t i = 0; i < node.n_fields; ++i) {
    if (node.fields[i]->node_case != PG_QUERY__NODE__NODE_STRING) {
      return binding.error("not-supported", span, "`*` is not allowed in an expression",
                           "name the columns one by one");
    }
    parts.push_back(node.fields[i]->string->sval);
  }
  if (parts.size() == 1) return find_name(binding, parts[0], false, span);
  const Scope& scope = *binding.names().scope;
  if (parts.size() > 2 || !is_qualifier(scope, parts[0])) {
    std::string hint = did_you_mean(parts[0], scope.qualifiers);
    if (hint.empty() && !scope.qualifiers.empty()) hint = "here it is `" + scope.qualifiers.front() + "`";
    return binding.error("unknown-qualifier", span, "there is no input `" + parts[0] + "`", hint);
  }
  return find_name(binding, parts[1], true, span);
}

}  // namespace pactolus

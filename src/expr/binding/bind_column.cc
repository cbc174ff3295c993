#include <pg_query/pg_query.pb-c.h>

#include <algorithm>

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
  std::vector<std::string> known;
  const auto add = [&](const Schema& schema) {
    for (const Field& field : schema.fields()) known.push_back(field.name);
  };
  if (names.grouped) {
    add(*names.grouped);
  } else {
    for (const ScopeInput& input : names.scope->inputs) add(*input.schema);
  }
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

std::vector<std::string> qualifiers(const Scope& scope) {
  std::vector<std::string> names;
  for (const ScopeInput& input : scope.inputs) {
    if (!input.name.empty()) names.push_back(input.name);
  }
  return names;
}

Bound reference(size_t index, const Field& field, bool may_be_absent, Span span) {
  Bound bound;
  bound.expression = make_column_reference(index, field.type, field.nullable || may_be_absent);
  bound.span = span;
  return bound;
}

std::nullopt_t ambiguous_column(Binding& binding, const std::string& name,
                                const std::vector<ScopeColumn>& found, Span span) {
  std::string owners;
  std::string choices;
  for (const ScopeColumn& column : found) {
    const std::string& owner = binding.names().scope->inputs[column.input].name;
    owners += (owners.empty() ? "`" : " and `") + owner + "`";
    choices += (choices.empty() ? "`" : " or `") + owner + "." + name + "`";
  }
  return binding.error("ambiguous-column", span, "the column `" + name + "` is in " + owners,
                       "write " + choices);
}

MaybeBound constant_value(Binding& binding, const Constant& constant, Span span) {
  Bound value;
  value.unknown = true;
  value.unknown_text = constant.text;
  value.span = span;
  return binding.coerce(std::move(value), constant.type);
}

MaybeBound find_name(Binding& binding, const std::string& qualifier, const std::string& name, Span span) {
  const Names& names = binding.names();
  const std::vector<ScopeColumn> found = find_columns(*names.scope, qualifier, name);
  if (names.grouped && names.scope->are_stages && !qualifier.empty()) {
    return found.empty() ? unknown_column(binding, name, span)
                         : bind_stage_column(binding, found.front(), name, span);
  }
  if (names.grouped) {
    if (auto index = names.grouped->find(name))
      return reference(*index, (*names.grouped)[*index], false, span);
    if (!found.empty() && names.scope->are_stages) {
      return binding.error("stage-missing", span, "of which stage is the column `" + name + "`?",
                           "write the stage and a dot before it, or add " + name + " to `by`");
    }
    if (!found.empty()) {
      return binding.error("not-grouped", span,
                           "column `" + name + "` must be in `by` or inside an aggregate function",
                           "write min(" + name + "), or add " + name + " to `by`");
    }
  } else if (found.size() > 1) {
    return ambiguous_column(binding, name, found, span);
  } else if (!found.empty()) {
    const ScopeInput& input = names.scope->inputs[found[0].input];
    return reference(found[0].index, (*input.schema)[found[0].column], input.may_be_absent, span);
  }
  const Constant* constant = qualifier.empty() ? find_constant(*names.scope, name) : nullptr;
  return constant ? constant_value(binding, *constant, span) : unknown_column(binding, name, span);
}

}  // namespace

std::optional<size_t> find_input(Binding& binding, const std::string& name, Span span) {
  const Scope& scope = *binding.names().scope;
  for (size_t i = 0; i < scope.inputs.size(); ++i) {
    if (!scope.inputs[i].name.empty() && same_name(scope.inputs[i].name, name)) return i;
  }
  const std::string what = scope.are_stages ? "stage" : "input";
  for (const auto& [stage, why_not] : scope.unnamable_stages) {
    if (same_name(stage, name)) return binding.error("unnamable-stage", span, why_not);
  }
  const std::vector<std::string> known = qualifiers(scope);
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) {
    for (const std::string& other : known) hint += (hint.empty() ? "here it is `" : " or `") + other + "`";
  }
  return binding.error("unknown-qualifier", span, "there is no " + what + " `" + name + "`", hint);
}

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
  if (parts.size() == 1) return find_name(binding, "", parts[0], span);
  if (!find_input(binding, parts[0], span)) return std::nullopt;
  if (parts.size() > 2) return unknown_column(binding, parts[1] + "." + parts[2], span);
  return find_name(binding, parts[0], parts[1], span);
}

}  // namespace pactolus

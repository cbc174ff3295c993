#include <pg_query/pg_query.pb-c.h>

#include "base/nearest_name.h"
#include "expr/binding/families.h"
#include "expr/binding/known_names.h"
#include "expr/binding/overload_choice.h"
#include "expr/nodes/joined_text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"coalesce", "nullif", "greatest", "least"};
  for (const FunctionSpec* spec : registered(static_cast<const FunctionSpec*>(nullptr)))
    names.emplace_back(spec->name);
  return names;
}

/// "round(text, integer)".
std::string call_text(const std::string& name, const std::vector<MaybeKind>& kinds) {
  std::string text = name + "(";
  for (size_t i = 0; i < kinds.size(); ++i) text += (i == 0 ? "" : ", ") + to_string(kinds[i]);
  return text + ")";
}

/// Why a call that names no function of ours is refused.
std::nullopt_t refuse_name(Binding& binding, const std::string& name, Span token) {
  const Names& names = binding.names();
  if (is_aggregate_name(name) && !names.aggregates) {
    return binding.error("aggregate-not-allowed", token,
                         "aggregate function " + name + " is not allowed here",
                         "aggregate in an `aggregate` or `over` step");
  }
  if (is_window_name(name)) {
    return binding.error("window-not-allowed", token, "window function " + name + " is not allowed here",
                         "use it in an `over` step");
  }
  if (is_undetermined_name(name)) {
    return binding.error("not-deterministic", token,
                         "function " + name + " is not allowed: a replay would give another result",
                         "event_time() is the time of the row");
  }
  if (parse_type(name)) {
    return binding.error("unknown-function", token, "there is no function `" + name + "`",
                         "to convert a value, write CAST(… AS " + name + ")");
  }
  std::vector<std::string> known = function_names();
  if (names.aggregates)
    known.insert(known.end(), names.aggregates->names.begin(), names.aggregates->names.end());
  return binding.error("unknown-function", token, "there is no function `" + name + "`",
                       did_you_mean(name, known));
}

/// What only aggregate and window calls may have.
bool check_decoration(Binding& binding, const PgQuery__FuncCall& node, const std::string& name, Span token) {
  const char* decoration = node.agg_star           ? "*"
                           : node.agg_distinct     ? "DISTINCT"
                           : node.agg_filter       ? "FILTER"
                           : node.n_agg_order > 0  ? "ORDER BY"
                           : node.agg_within_group ? "WITHIN GROUP"
                           : node.func_variadic    ? "VARIADIC"
                                                   : nullptr;
  if (!decoration) return true;
  binding.error("wrong-arguments", token, "function " + name + " does not take " + decoration);
  return false;
}

bool takes(const VariadicCall& call, size_t arguments) {
  return arguments >= call.leading_texts + call.values_min;
}

std::nullopt_t refuse_arguments(Binding& binding, const FunctionSpec& spec,
                                const std::vector<MaybeKind>& kinds, Span token) {
  std::string name(spec.name);
  bool count_exists = spec.variadic ? takes(*spec.variadic, kinds.size())
                                    : std::any_of(spec.overloads.begin(), spec.overloads.end(),
                                                  [&](const Overload& o) { return o.count == kinds.size(); });
  std::string signature = "there is " + std::string(spec.signature);
  if (!count_exists) {
    return binding.error("wrong-arguments", token,
                         "wrong number of arguments for " + name + ": " + std::to_string(kinds.size()),
                         signature);
  }
  return binding.error("type-mismatch", token, "function does not exist: " + call_text(name, kinds),
                       signature);
}

Span parenthesised_span(const Binding& binding, Span name) {
  const auto& tokens = binding.tokens().tokens();
  size_t depth = 0;
  for (size_t i = binding.tokens().index_from(name.begin); i < tokens.size(); ++i) {
    if (tokens[i].kind == PG_QUERY__TOKEN__ASCII_40) ++depth;
    if (tokens[i].kind == PG_QUERY__TOKEN__ASCII_41 && --depth == 0) return cover(name, tokens[i].span);
  }
  return name;
}

/// Of a call and of syntax that is one: round(x), x AT TIME ZONE y, (a, b) OVERLAPS (c, d).
Span call_span(const Binding& binding, Span name, std::span<const Span> arguments) {
  const auto& tokens = binding.tokens().tokens();
  size_t next = binding.tokens().index_from(name.end);
  bool called = next < tokens.size() && (tokens[next].kind == PG_QUERY__TOKEN__ASCII_40 ||
                                         tokens[next].kind == PG_QUERY__TOKEN__ASCII_46);  // a schema's point
  Span span = called ? parenthesised_span(binding, name) : name;
  for (Span argument : arguments) span = cover(span, argument);
  return span;
}

std::vector<MaybeKind> kinds_of(const std::vector<Bound>& arguments) {
  std::vector<MaybeKind> kinds;
  for (const Bound& argument : arguments) kinds.push_back(argument.kind());
  return kinds;
}

std::vector<Span> spans_of(const std::vector<Bound>& arguments) {
  std::vector<Span> spans;
  for (const Bound& argument : arguments) spans.push_back(argument.span);
  return spans;
}

MaybeBound bind_variadic(Binding& binding, const FunctionSpec& spec, std::vector<Bound> arguments,
                         Span token) {
  std::vector<MaybeKind> kinds = kinds_of(arguments);
  const VariadicCall& variadic = *spec.variadic;
  bool fits = takes(variadic, kinds.size());
  for (size_t i = 0; i < variadic.leading_texts && fits; ++i)
    fits = implicitly_castable(kinds[i], TypeKind::kText);
  if (!fits) return refuse_arguments(binding, spec, kinds, token);
  Parts parts;
  const std::vector<Span> spans = spans_of(arguments);
  std::vector<ExpressionPtr> values;
  for (Bound& argument : arguments) {
    const bool is_text = argument.unknown || values.size() < variadic.leading_texts;
    MaybeBound value =
        is_text ? binding.coerce(std::move(argument), kTextType) : MaybeBound(std::move(argument));
    if (!value) return std::nullopt;
    values.push_back(make_written_out(parts.take(*std::move(value))));
  }
  if (!accepts(binding, spec.check, values, spans, token)) return std::nullopt;
  ExpressionPtr call = variadic.make(kTextType, std::move(values));
  return binding.finish(std::move(call), std::move(parts), call_span(binding, token, spans), token);
}

MaybeBound bind_function(Binding& binding, const FunctionSpec& spec, std::vector<Bound> arguments,
                         Span token) {
  if (spec.variadic) return bind_variadic(binding, spec, std::move(arguments), token);
  std::vector<MaybeKind> kinds = kinds_of(arguments);
  std::vector<const Overload*> candidates;
  for (const Overload& overload : spec.overloads) candidates.push_back(&overload);
  OverloadChoice choice = choose_function(candidates, kinds);
  if (choice.ambiguous) {
    return binding.error("ambiguous-function", token,
                         "function is not unique: " + call_text(std::string(spec.name), kinds),
                         "say which types are meant, such as CAST(… AS numeric)");
  }
  if (!choice.chosen) return refuse_arguments(binding, spec, kinds, token);
  Parts parts;
  parts.constant = !arguments.empty();  // event_time() has no argument and is no constant
  const std::vector<Span> spans = spans_of(arguments);
  std::vector<ExpressionPtr> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    MaybeBound value = binding.coerce(std::move(arguments[i]), Type{choice.chosen->kinds[i]});
    if (!value) return std::nullopt;
    values.push_back(parts.take(*std::move(value)));
  }
  for (Check check : {spec.check, choice.chosen->check}) {
    if (!accepts(binding, check, values, spans, token)) return std::nullopt;
  }
  if (spec.takes_failures) parts.failure.reset();
  ExpressionPtr call = choice.chosen->make(Type{choice.chosen->result}, std::move(values));
  return binding.finish(std::move(call), std::move(parts), call_span(binding, token, spans), token);
}

Bound zero(Span span) {
  Bound literal;
  literal.unknown = true;
  literal.unknown_text = "0";
  literal.span = span;
  return literal;
}

/// The arguments in the parameters' order, by place or by name; 0 for those left out. Shorter if any failed.
std::vector<Bound> bind_named(Binding& binding, const FunctionSpec& spec, const PgQuery__FuncCall& node,
                              Span token) {
  std::vector<std::optional<Bound>> given(spec.parameters.size());
  for (size_t i = 0; i < node.n_args; ++i) {
    const PgQuery__Node* argument = node.args[i];
    size_t place = i;
    Span span = token;
    if (argument->node_case == PG_QUERY__NODE__NODE_NAMED_ARG_EXPR) {
      const PgQuery__NamedArgExpr& named = *argument->named_arg_expr;
      auto found = std::find(spec.parameters.begin(), spec.parameters.end(), std::string_view(named.name));
      place = static_cast<size_t>(found - spec.parameters.begin());
      span = binding.tree().span_at(named.location);
      argument = named.arg;
    }
    if (place >= given.size() || given[place]) {
      binding.error("wrong-arguments", span,
                    "an argument that " + std::string(spec.name) + " has no place for",
                    "there is " + std::string(spec.signature));
      return {};
    }
    given[place] = binding.bind(*argument);
    if (!given[place]) return {};
  }
  std::vector<Bound> all;
  for (std::optional<Bound>& argument : given) {
    all.push_back(argument ? *std::move(argument) : zero(token));
  }
  return all;
}

/// The name as the user wrote it: the grammar renames some (trim becomes btrim), and makes calls of syntax
/// without a name.
std::string shown_name(const Binding& binding, const PgQuery__FuncCall& node, const std::string& name,
                       Span token) {
  bool renamed = node.funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX;
  size_t next = binding.tokens().index_from(token.end);
  const auto& tokens = binding.tokens().tokens();
  bool called = next < tokens.size() && tokens[next].kind == PG_QUERY__TOKEN__ASCII_40;
  return renamed && called ? lower_case(binding.source_text(token)) : name;
}

}  // namespace

MaybeBound bind_call(Binding& binding, const PgQuery__FuncCall& node) {
  Span token = binding.tree().span_at(node.location);
  if (node.n_funcname > 1 && std::string_view(node.funcname[0]->string->sval) != "pg_catalog") {
    return binding.error("unknown-function", token, "functions of other schemas do not exist");
  }
  std::string name = node.funcname[node.n_funcname - 1]->string->sval;
  const AggregateResolver* aggregates = binding.names().aggregates;
  const bool looks_back = aggregates && !aggregates->windows.empty();
  if (node.over && !looks_back) {
    return binding.error("window-not-allowed", token, "a window function is not allowed here",
                         "use it in an `over` step");
  }
  if (aggregates &&
      std::find(aggregates->names.begin(), aggregates->names.end(), name) != aggregates->names.end()) {
    return bind_aggregate_call(binding, node, name, token);
  }
  if (looks_back && name == kCompleteFunction) return bind_complete(binding, node, token);
  if (node.over) {
    return binding.error("window-not-allowed", token, name + " is no aggregate function, so it has no OVER",
                         did_you_mean(name, aggregates->names));
  }
  const FunctionSpec* spec = find_function(name);
  if (!spec) return refuse_name(binding, shown_name(binding, node, name, token), token);
  if (!check_decoration(binding, node, name, token)) return std::nullopt;
  std::vector<Bound> arguments = spec->parameters.empty() ? binding.bind_all({node.args, node.n_args})
                                                          : bind_named(binding, *spec, node, token);
  if (arguments.size() < std::max(node.n_args, spec->parameters.size())) return std::nullopt;
  return bind_function(binding, *spec, std::move(arguments), token);
}

}  // namespace pactolus

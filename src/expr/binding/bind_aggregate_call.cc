#include <pg_query/pg_query.pb-c.h>

#include "base/nearest_name.h"
#include "expr/binding/families.h"
#include "expr/nodes/column_reference.h"

namespace pactolus {
namespace {

/// The call's tokens from its name to the last parenthesis, FILTER included.
Span call_span(const Binding& binding, const PgQuery__FuncCall& node, Span name) {
  const auto& tokens = binding.tokens().tokens();
  size_t groups = node.agg_filter ? 2 : 1;  // of parentheses
  size_t depth = 0;
  for (size_t i = binding.tokens().index_from(name.begin); i < tokens.size(); ++i) {
    if (tokens[i].kind == PG_QUERY__TOKEN__ASCII_40) ++depth;
    if (tokens[i].kind != PG_QUERY__TOKEN__ASCII_41 || --depth > 0) continue;
    if (--groups == 0) return cover(name, tokens[i].span);
  }
  return name;
}

/// Blanks, comments and the case of names don't make calls different.
std::string normalised_text(const Binding& binding, Span span) {
  const TokenList& tokens = binding.tokens();
  std::string text;
  const size_t first = tokens.index_from(span.begin);
  for (size_t i = first; i < tokens.tokens().size(); ++i) {
    const Token& token = tokens.tokens()[i];
    if (token.span.begin >= span.end) break;
    std::string_view raw = tokens.text(token);
    bool quoted = raw.find_first_of("'\"$") != std::string_view::npos;
    bool calls = raw == "(" && i == first + 1;  // the aggregate's own parenthesis
    bool joined = text.empty() || text.back() == '(' || calls || raw == ")" || raw == ",";
    text += (joined ? "" : " ") + (quoted ? std::string(raw) : lower_case(raw));
  }
  return text;
}

Names names_inside(Names names) {
  names.grouped = nullptr;
  names.calls = nullptr;
  names.inside_aggregate = true;
  return names;
}

/// Inside an aggregate, names mean the step's input and aggregates are not known. Puts the names back at the
/// end.
class InsideAggregate {
 public:
  explicit InsideAggregate(Binding& binding)
      : binding_(binding), outside_(binding.exchange_names(names_inside(binding.names()))) {}
  InsideAggregate(const InsideAggregate&) = delete;
  InsideAggregate& operator=(const InsideAggregate&) = delete;
  ~InsideAggregate() { binding_.exchange_names(outside_); }

 private:
  Binding& binding_;
  Names outside_;
};

bool check_decoration(Binding& binding, const PgQuery__FuncCall& node, Span token) {
  const char* unsupported = node.agg_within_group  ? "WITHIN GROUP"
                            : node.n_agg_order > 0 ? "ORDER BY"
                            : node.func_variadic   ? "VARIADIC"
                                                   : nullptr;
  if (!unsupported) return true;
  binding.error("not-supported", token, std::string(unsupported) + " in an aggregate call is not supported");
  return false;
}

/// The argument as the parameter's type, if PostgreSQL would turn it into that without being asked.
MaybeBound as_parameter(Binding& binding, MaybeBound argument, TypeKind parameter) {
  bool fits = argument && implicitly_castable(argument->kind(), parameter);
  return fits ? binding.coerce(*std::move(argument), Type{parameter}) : std::move(argument);
}

/// Takes a bound part of the call out; a constant of it that fails is reported.
bool take(Binding& binding, MaybeBound part, ExpressionPtr& out, Diagnostics& failures) {
  if (!part) return false;
  if (part->unknown) part = binding.coerce(*std::move(part), kTextType);
  if (!part) return false;
  if (part->failure) {
    failures.add(*std::move(part->failure));
    return false;
  }
  out = std::move(part->expression);
  return true;
}

std::optional<AggregateCall> bind_parts(Binding& binding, const PgQuery__FuncCall& node,
                                        const std::string& function) {
  AggregateCall call;
  call.function = function;
  call.star = node.agg_star != 0;
  call.distinct = node.agg_distinct != 0;
  std::span<const TypeKind> parameters = binding.names().aggregates->parameters(function);
  InsideAggregate inside(binding);
  bool all = true;
  for (size_t i = 0; i < node.n_args; ++i) {
    ExpressionPtr argument;
    MaybeBound bound = binding.bind(*node.args[i]);
    if (parameters.size() == node.n_args) bound = as_parameter(binding, std::move(bound), parameters[i]);
    all = take(binding, std::move(bound), argument, binding.diagnostics()) && all;
    call.arguments.push_back(std::move(argument));
  }
  if (node.agg_filter) {
    MaybeBound filter = binding.bind_boolean(*node.agg_filter, "the condition of FILTER");
    all = take(binding, std::move(filter), call.filter, binding.diagnostics()) && all;
  }
  if (!all) return std::nullopt;
  return call;
}

/// The index of the call among those collected; an equal one is shared.
size_t collect(std::vector<AggregateCall>& calls, AggregateCall call) {
  for (size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].text == call.text) return i;
  }
  calls.push_back(std::move(call));
  return calls.size() - 1;
}

std::nullopt_t refuse_types(Binding& binding, const AggregateCall& call, const std::vector<Type>& types,
                            Span token) {
  std::string text = call.function + "(" + (call.star ? "*" : "");
  for (size_t i = 0; i < types.size(); ++i) text += (i == 0 ? "" : ", ") + to_string(Type{types[i].kind});
  return binding.error("type-mismatch", token, "aggregate function does not exist: " + text + ")");
}

}  // namespace

MaybeBound bind_aggregate_call(Binding& binding, const PgQuery__FuncCall& node, const std::string& function,
                               Span name) {
  if (binding.names().inside_aggregate) {
    return binding.error("aggregate-not-allowed", name, "aggregate function calls cannot be nested");
  }
  if (!check_decoration(binding, node, name)) return std::nullopt;
  std::optional<AggregateCall> call = bind_parts(binding, node, function);
  if (!call) return std::nullopt;
  Span span = call_span(binding, node, name);
  call->text = normalised_text(binding, span);
  std::vector<Type> types;
  for (const ExpressionPtr& argument : call->arguments) types.push_back(argument->type());
  const Names& names = binding.names();
  std::optional<Type> result = names.aggregates->result_type(function, call->star, types);
  if (!result) return refuse_types(binding, *call, types, name);
  size_t index = names.grouped->size() + collect(*names.calls, *std::move(call));
  Bound bound;
  bound.expression = make_column_reference(index, *result, true);
  bound.span = span;
  return bound;
}

}  // namespace pactolus

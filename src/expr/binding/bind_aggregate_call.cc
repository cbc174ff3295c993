#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/nearest_name.h"
#include "expr/binding/families.h"
#include "expr/nodes/column_reference.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

/// The call's tokens from its name to the last parenthesis, WITHIN GROUP and FILTER included.
Span call_span(const Binding& binding, const PgQuery__FuncCall& node, Span name) {
  const auto& tokens = binding.tokens().tokens();
  size_t groups = 1;  // of parentheses
  if (node.agg_within_group) ++groups;
  if (node.agg_filter) ++groups;
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
  if (!node.func_variadic) return true;
  binding.error("not-supported", token, "VARIADIC in an aggregate call is not supported");
  return false;
}

/// An ordered-set aggregate and no other one has WITHIN GROUP.
bool check_within_group(Binding& binding, const PgQuery__FuncCall& node, const std::string& function,
                        Span token) {
  const AggregateResolver::Kind kind = binding.names().aggregates->kind(function);
  const bool ordered_set = kind != AggregateResolver::Kind::kPlain;
  if (ordered_set == (node.agg_within_group != 0)) return true;
  if (!ordered_set) {
    binding.error("within-group-not-allowed", token,
                  function + " is not an ordered-set aggregate, so it cannot have WITHIN GROUP");
  } else {
    std::string fraction = kind == AggregateResolver::Kind::kOrderedSetOfFraction ? "0.5" : "";
    binding.error("within-group-missing", token,
                  "WITHIN GROUP is required for ordered-set aggregate " + function,
                  "write " + function + "(" + fraction + ") WITHIN GROUP (ORDER BY …)");
  }
  return false;
}

/// The argument as the parameter's type, if PostgreSQL would turn it into that without being asked.
MaybeBound as_parameter(Binding& binding, MaybeBound argument, TypeKind parameter) {
  bool fits = argument && implicitly_castable(argument->kind(), parameter);
  return fits ? binding.coerce(*std::move(argument), Type{parameter}) : std::move(argument);
}

/// The only argument of a function with several signatures: where none takes its type, as the type of one
/// that PostgreSQL would turn it into without being asked (sum(time) adds intervals).
MaybeBound as_accepted(Binding& binding, const std::string& function, MaybeBound argument) {
  if (!argument || argument->unknown) return argument;
  const auto accepts = [&](TypeKind kind) {
    return binding.names().aggregates->result_type(function, false, {Type{kind}}).has_value();
  };
  if (accepts(*argument->kind())) return argument;
  for (const TypeKind kind : kTypeKinds) {
    if (implicitly_castable(argument->kind(), kind) && accepts(kind))
      return binding.coerce(*std::move(argument), Type{kind});
  }
  return argument;
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

bool check_direction(Binding& binding, const PgQuery__SortBy& sort) {
  if (sort.sortby_dir != PG_QUERY__SORT_BY_DIR__SORTBY_USING) return true;
  binding.error("not-supported", binding.tree().span_at(sort.location), "ORDER BY … USING is not supported",
                "write ASC or DESC");
  return false;
}

bool is_descending(const PgQuery__SortBy& sort) {
  return sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
}

bool nulls_come_first(const PgQuery__SortBy& sort) {
  if (sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT) return is_descending(sort);
  return sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST;
}

/// DISTINCT leaves of several rows one: there is nothing to order by but what they have in common.
/// `arguments`: the texts of the call's.
bool check_distinct_order(Binding& binding, const std::vector<std::string>& arguments, const Bound& key) {
  // What is quoted has no type here, while as an argument it got one.
  if (!key.unknown && std::ranges::count(arguments, normalised_text(binding, key.span)) > 0) return true;
  binding.error(
      "distinct-order", key.span,
      with_sqlstate("in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
                    "42P10"),
      "write it as it stands among the arguments");
  return false;
}

bool check_order_type(Binding& binding, const Bound& key) {
  if (key.unknown || is_key_kind(key.expression->type().kind)) return true;
  binding.error("not-supported", key.span,
                "ORDER BY " + to_string(key.expression->type()) + " is not supported in an aggregate call",
                "its text is: CAST(… AS text)");
  return false;
}

/// ORDER BY behind the arguments.
bool bind_order(Binding& binding, const PgQuery__FuncCall& node, const std::vector<std::string>& arguments,
                AggregateCall& call) {
  bool all = true;
  for (size_t i = 0; i < node.n_agg_order; ++i) {
    const PgQuery__SortBy& sort = *node.agg_order[i]->sort_by;
    MaybeBound bound = binding.bind(*sort.node);
    OrderBy order{nullptr, is_descending(sort), nulls_come_first(sort)};
    all = bound && check_order_type(binding, *bound) && all;
    all = bound && (!call.distinct || check_distinct_order(binding, arguments, *bound)) && all;
    all = check_direction(binding, sort) && all;
    all = take(binding, std::move(bound), order.key, binding.diagnostics()) && all;
    call.order.push_back(std::move(order));
  }
  return all;
}

/// `count(stage.*)`: the column reference before the star, if that is what the call's argument is.
const PgQuery__ColumnRef* star_of_stage(const Binding& binding, const PgQuery__FuncCall& node) {
  if (!binding.names().scope->are_stages || node.n_args != 1) return nullptr;
  if (node.args[0]->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return nullptr;
  const PgQuery__ColumnRef* reference = node.args[0]->column_ref;
  const bool is_star = reference->n_fields == 2 &&
                       reference->fields[0]->node_case == PG_QUERY__NODE__NODE_STRING &&
                       reference->fields[1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
  return is_star ? reference : nullptr;
}

bool bind_star_of_stage(Binding& binding, const PgQuery__FuncCall& node, const PgQuery__ColumnRef& reference,
                        AggregateCall& call) {
  if (call.distinct || node.n_agg_order > 0) {
    binding.error("not-supported", binding.tree().span_at(reference.location),
                  "rows as a whole have neither DISTINCT nor ORDER BY", "name a column of the stage");
    return false;
  }
  const auto stage =
      find_input(binding, reference.fields[0]->string->sval, binding.tree().span_at(reference.location));
  call.star = true;
  call.stage = stage.value_or(0);
  return stage.has_value();
}

/// Finds the stage of whose columns the call is made. A star has said which.
bool find_stage(Binding& binding, AggregateCall& call, bool has_stage, Span token) {
  std::vector<size_t> columns;
  for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(columns);
  for (const OrderBy& order : call.order) order.key->collect_columns(columns);
  if (call.filter) call.filter->collect_columns(columns);
  const std::vector<ScopeInput>& stages = binding.names().scope->inputs;
  for (const size_t column : columns) {
    const size_t stage = column / stages.front().schema->size();  // all have the same columns
    if (!has_stage) call.stage = stage;
    has_stage = true;
    if (stage == call.stage) continue;
    binding.error("several-stages", token,
                  "`" + call.function + "` is over the rows of `" + stages[call.stage].name + "` or of `" +
                      stages[stage].name + "`, not both",
                  "all columns of a call are of one stage");
    return false;
  }
  if (has_stage) return true;
  binding.error("stage-missing", token, "over the rows of which stage is `" + call.function + "`?",
                "write count(" + stages.front().name + ".*), or a column with its stage before it");
  return false;
}

bool bind_arguments(Binding& binding, const PgQuery__FuncCall& node, AggregateCall& call) {
  std::span<const TypeKind> parameters = binding.names().aggregates->parameters(call.function);
  std::vector<std::string> texts;
  bool all = true;
  for (size_t i = 0; i < node.n_args; ++i) {
    ExpressionPtr argument;
    MaybeBound bound = binding.bind(*node.args[i]);
    if (bound) texts.push_back(normalised_text(binding, bound->span));
    if (parameters.size() == node.n_args) {
      bound = as_parameter(binding, std::move(bound), parameters[i]);
    } else if (node.n_args == 1) {
      bound = as_accepted(binding, call.function, std::move(bound));
    }
    all = take(binding, std::move(bound), argument, binding.diagnostics()) && all;
    call.arguments.push_back(std::move(argument));
  }
  return bind_order(binding, node, texts, call) && all;
}

/// Reads the constant fraction of a percentile.
bool bind_fraction(Binding& binding, const PgQuery__Node& node, std::optional<double>& fraction) {
  MaybeBound bound = binding.bind(node);
  if (!bound) return false;
  const Span span = bound->span;
  bound = binding.coerce_checked(*std::move(bound), kDoubleType, CastContext::kImplicit, "the fraction");
  ExpressionPtr value;
  if (!take(binding, std::move(bound), value, binding.diagnostics())) return false;
  const Literal* literal = as_literal(*value);
  if (literal == nullptr) {
    binding.error("constant-expected", span, "the fraction must be a constant",
                  "write a number from 0 to 1, or a name from `constants`");
    return false;
  }
  if (literal->is_null()) return true;
  fraction = literal->value()->values_of<TypeKind::kDouble>()[0];
  if (*fraction >= 0 && *fraction <= 1) return true;
  std::array<char, 32> shown{};
  std::snprintf(shown.data(), shown.size(), "%g", *fraction);
  binding.error(
      "constant-error", span,
      with_sqlstate("percentile value " + std::string(shown.data()) + " is not between 0 and 1", "22003"));
  return false;
}

/// What ORDER BY sorts by, as a type that the function takes.
bool bind_sorted(Binding& binding, const PgQuery__SortBy& sort, AggregateCall& call) {
  call.within_group->descending = is_descending(sort);
  std::span<const TypeKind> kinds = binding.names().aggregates->parameters(call.function);
  MaybeBound value = binding.bind(*sort.node);
  if (!value) return false;
  if (value->unknown && kinds.empty()) {
    binding.error("type-mismatch", value->span, "the type of what " + call.function + " sorts is not known",
                  "write CAST(… AS text)");
    return false;
  }
  if (std::ranges::none_of(kinds, [&](TypeKind kind) { return value->kind() == kind; })) {
    auto castable =
        std::ranges::find_if(kinds, [&](TypeKind kind) { return implicitly_castable(value->kind(), kind); });
    if (castable != kinds.end()) value = binding.coerce(*std::move(value), Type{*castable});
  }
  ExpressionPtr argument;
  if (!take(binding, std::move(value), argument, binding.diagnostics())) return false;
  call.arguments.push_back(std::move(argument));
  return true;
}

/// The parts of an ordered-set aggregate's call. NULLs don't count: where they were sorted makes no
/// difference.
bool bind_within_group(Binding& binding, const PgQuery__FuncCall& node, AggregateCall& call, Span token) {
  const auto kind = binding.names().aggregates->kind(call.function);
  const size_t fractions = kind == AggregateResolver::Kind::kOrderedSetOfFraction ? 1 : 0;
  if (node.n_args != fractions || node.agg_star) {
    binding.error("wrong-arguments", token,
                  call.function + (fractions == 1 ? " takes one argument before WITHIN GROUP, the fraction"
                                                  : " takes no argument before WITHIN GROUP"));
    return false;
  }
  if (node.n_agg_order != 1) {
    binding.error("not-supported", token,
                  "ORDER BY with several keys is not supported: " + call.function + " takes one");
    return false;
  }
  const PgQuery__SortBy& sort = *node.agg_order[0]->sort_by;
  if (!check_direction(binding, sort)) return false;
  call.within_group.emplace();
  bool all = fractions == 0 || bind_fraction(binding, *node.args[0], call.within_group->fraction);
  return bind_sorted(binding, sort, call) && all;
}

std::optional<AggregateCall> bind_parts(Binding& binding, const PgQuery__FuncCall& node,
                                        const std::string& function, Span token) {
  AggregateCall call;
  call.function = function;
  call.star = node.agg_star != 0;
  call.distinct = node.agg_distinct != 0;
  InsideAggregate inside(binding);
  const PgQuery__ColumnRef* star = star_of_stage(binding, node);
  bool all = node.agg_within_group ? bind_within_group(binding, node, call, token)
             : star != nullptr     ? bind_star_of_stage(binding, node, *star, call)
                                   : bind_arguments(binding, node, call);
  if (node.agg_filter) {
    MaybeBound filter = binding.bind_boolean(*node.agg_filter, "the condition of FILTER");
    all = take(binding, std::move(filter), call.filter, binding.diagnostics()) && all;
  }
  if (!all) return std::nullopt;
  if (binding.names().scope->are_stages && !find_stage(binding, call, star != nullptr, token))
    return std::nullopt;
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
  if (call.within_group) text += "…) WITHIN GROUP (ORDER BY ";
  for (size_t i = 0; i < types.size(); ++i) text += (i == 0 ? "" : ", ") + to_string(Type{types[i].kind});
  return binding.error("type-mismatch", token, "aggregate function does not exist: " + text + ")");
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "`" : ", `") + name + "`";
  return list;
}

/// The step's look-back window of that name.
std::optional<std::string> find_window(Binding& binding, const std::string& name, Span token) {
  const std::vector<std::string>& windows = binding.names().aggregates->windows;
  const auto same = [&](const std::string& other) { return lower_case(other) == lower_case(name); };
  const auto found = std::ranges::find_if(windows, same);
  if (found != windows.end()) return *found;
  const std::string hint = did_you_mean(name, windows);
  return binding.error("unknown-window", token, "there is no window `" + name + "`",
                       hint.empty() ? "windows are " + listed(windows) : hint);
}

/// The window that the call names behind OVER.
std::optional<std::string> bind_over(Binding& binding, const PgQuery__FuncCall& node,
                                     const std::string& function, Span token) {
  const std::vector<std::string>& windows = binding.names().aggregates->windows;
  if (!node.over) {
    return binding.error("over-missing", token, function + " needs a window: OVER and its name",
                         "windows are " + listed(windows));
  }
  const Span place = binding.tree().span_at(node.over->location);
  const std::string name = node.over->name ? node.over->name : "";
  if (!name.empty()) return find_window(binding, name, place);
  return binding.error("not-supported", place, "behind OVER stands the name of a window",
                       "windows are declared under `windows`; here these are " + listed(windows));
}

/// A call's result as a column behind those of the row.
Bound call_result(Binding& binding, AggregateCall call, Type type, bool nullable, Span span) {
  const Names& names = binding.names();
  const size_t index = names.grouped->size() + collect(*names.calls, std::move(call));
  Bound bound;
  bound.expression = make_column_reference(index, type, nullable);
  bound.span = span;
  return bound;
}

}  // namespace

MaybeBound bind_complete(Binding& binding, const PgQuery__FuncCall& node, Span name) {
  const PgQuery__ColumnRef* argument =
      node.n_args == 1 && node.args[0]->node_case == PG_QUERY__NODE__NODE_COLUMN_REF
          ? node.args[0]->column_ref
          : nullptr;
  const bool is_name =
      argument && argument->n_fields == 1 && argument->fields[0]->node_case == PG_QUERY__NODE__NODE_STRING;
  if (!is_name || node.over || node.agg_filter || node.agg_distinct || node.n_agg_order > 0) {
    return binding.error("wrong-arguments", name, "complete takes the name of a window",
                         "windows are " + listed(binding.names().aggregates->windows));
  }
  auto window =
      find_window(binding, argument->fields[0]->string->sval, binding.tree().span_at(argument->location));
  if (!window) return std::nullopt;
  AggregateCall call;
  call.function = kCompleteFunction;
  call.window = *window;
  call.text = call.function + "(" + *window + ")";
  return call_result(binding, std::move(call), kBooleanType, false, call_span(binding, node, name));
}

MaybeBound bind_aggregate_call(Binding& binding, const PgQuery__FuncCall& node, const std::string& function,
                               Span name) {
  if (binding.names().inside_aggregate) {
    return binding.error("aggregate-not-allowed", name, "aggregate function calls cannot be nested");
  }
  if (!check_within_group(binding, node, function, name)) return std::nullopt;
  if (!check_decoration(binding, node, name)) return std::nullopt;
  std::optional<AggregateCall> call = bind_parts(binding, node, function, name);
  if (!call) return std::nullopt;
  Span span = call_span(binding, node, name);
  call->text = normalised_text(binding, span);
  std::vector<Type> types;
  for (const ExpressionPtr& argument : call->arguments) types.push_back(argument->type());
  if (call->distinct) {
    auto other = std::ranges::find_if(types, [](const Type& type) { return !is_key_kind(type.kind); });
    if (other != types.end()) {
      return binding.error("not-supported", name, "DISTINCT of " + to_string(*other) + " is not supported",
                           "DISTINCT of its text is: CAST(… AS text)");
    }
  }
  const Names& names = binding.names();
  std::optional<Type> result = names.aggregates->result_type(function, call->star, types);
  if (!result) return refuse_types(binding, *call, types, name);
  if (!names.aggregates->windows.empty()) {
    auto window = bind_over(binding, node, function, name);
    if (!window) return std::nullopt;
    call->window = *window;
    call->text += " OVER " + *window;
  }
  return call_result(binding, *std::move(call), *result, true, span);
}

MaybeBound bind_stage_column(Binding& binding, const ScopeColumn& column, const std::string& name,
                             Span written) {
  const Names& names = binding.names();
  const ScopeInput& stage = names.scope->inputs[column.input];
  const Field& field = (*stage.schema)[column.column];
  if (stage.rows == ScopeInput::kThisRow) {
    Bound bound;
    bound.expression = make_column_reference(column.column, field.type, field.nullable);
    bound.span = written;
    return bound;
  }
  if (stage.rows == ScopeInput::kSeveralRows) {
    const std::string full = stage.name + "." + name;
    return binding.error("several-rows", written, "the stage `" + stage.name + "` may have several rows",
                         "write last_value(" + full + ") or another aggregate of it");
  }
  AggregateCall call;
  call.function = "first_value";
  call.arguments.push_back(make_column_reference(column.index, field.type, field.nullable));
  call.text = lower_case(stage.name + "." + name);
  call.stage = column.input;
  return call_result(binding, std::move(call), field.type, field.nullable, written);
}

}  // namespace pactolus

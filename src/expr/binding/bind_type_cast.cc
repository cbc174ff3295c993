#include <pg_query/pg_query.pb-c.h>

#include <map>

#include "base/nearest_name.h"
#include "expr/binding/families.h"

namespace pactolus {
namespace {

/// Types of PostgreSQL that don't exist here, with what to use instead.
std::string instead_of(const std::string& name) {
  static const std::map<std::string, std::string> kInstead = {{"char", "text, or char without quotes"},
                                                              {"name", "text"},
                                                              {"string", "text"},
                                                              {"money", "numeric"},
                                                              {"datetime", "timestamptz"},
                                                              {"double", "double precision"},
                                                              {"long", "bigint"}};
  auto found = kInstead.find(name);
  return found == kInstead.end() ? "" : "use " + found->second;
}

/// "numeric(12,2)" of a type name's tree; none if it has anything but numbers in its parentheses.
std::optional<std::string> modifiers(const PgQuery__TypeName& name) {
  std::string text;
  for (size_t i = 0; i < name.n_typmods; ++i) {
    const PgQuery__Node& node = *name.typmods[i];
    bool whole = node.node_case == PG_QUERY__NODE__NODE_A_CONST && !node.a_const->isnull &&
                 node.a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
    if (!whole) return std::nullopt;
    text += (i == 0 ? "(" : ",") + std::to_string(node.a_const->ival->ival);
  }
  return text.empty() ? text : text + ")";
}

std::optional<DeclaredType> bind_type(Binding& binding, const PgQuery__TypeName& node) {
  std::string name;
  for (size_t i = 0; i < node.n_names; ++i) {
    std::string part = node.names[i]->string->sval;
    if (i == 0 && node.n_names > 1 && part == "pg_catalog") continue;
    name += (name.empty() ? "" : ".") + part;
  }
  Span span = binding.tree().span_at(node.location);
  if (node.setof || node.pct_type) {
    return binding.error("unknown-type", span, "sets and borrowed types are not supported");
  }
  if (name == "interval" && node.n_typmods > 0) {
    return binding.error("unknown-type", span, "an interval without fields or precision is expected",
                         "write the unit into the text: interval '1 day'");
  }
  std::optional<std::string> modifier = modifiers(node);
  // What the grammar leaves so has stood in quotes, and is another type; without them it is bpchar(1).
  const bool quoted_char = name == "char";
  std::optional<DeclaredType> type =
      modifier && !quoted_char ? parse_declared_type(name + *modifier) : std::nullopt;
  // As in PostgreSQL the number of dimensions in a type says nothing, nor do their lengths.
  if (type && node.n_array_bounds > 0) type->type = array_of(type->type);
  if (type) return type;
  if (!quoted_char && parse_type(name)) {
    return binding.error("unknown-type", span,
                         "type " + name + " does not take " + modifier.value_or("these modifiers"),
                         std::string(kModifiersHint));
  }
  std::string hint = instead_of(name);
  return binding.error("unknown-type", span, "there is no type `" + name + "`",
                       hint.empty() ? did_you_mean(name, type_names()) : hint);
}

/// Where a cast as a whole stands. `TRUE` is a cast too, of a constant that has the only location.
Span cast_span(const Binding& binding, const PgQuery__TypeCast& node, Span value) {
  Span type = binding.tree().span_at(node.type_name->location);
  return node.type_name->location < 0 ? value : cover(value, type);
}

/// The value to cast. A number on its way to real or double precision is read as one: as a numeric it might
/// have too many digits.
MaybeBound bind_value(Binding& binding, const PgQuery__Node& node, const std::optional<Type>& type) {
  bool number = node.node_case == PG_QUERY__NODE__NODE_A_CONST && !node.a_const->isnull &&
                node.a_const->val_case == PG_QUERY__A__CONST__VAL_FVAL;
  if (node.node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR && type && is_array(type->kind))
    return bind_array(binding, *node.a_array_expr, type);
  if (!number || (type != kRealType && type != kDoubleType)) return binding.bind(node);
  Bound text;
  text.unknown = true;
  text.unknown_text = node.a_const->fval->fval;
  text.span = binding.tree().span_at(node.a_const->location);
  return text;
}

}  // namespace

MaybeBound bind_type_cast(Binding& binding, const PgQuery__TypeCast& node) {
  std::optional<DeclaredType> declared = bind_type(binding, *node.type_name);
  MaybeBound value = bind_value(binding, *node.arg, declared ? std::optional(declared->type) : std::nullopt);
  if (!declared || !value) return std::nullopt;
  const Type type = declared->type;
  Span span = cast_span(binding, node, value->span);
  MaybeKind from = value->kind();
  if (from && *from != type.kind && !cast_context(*from, type.kind)) {
    return binding.error("cannot-cast", span,
                         "cannot cast type " + to_string(*from) + " to " + to_string(Type{type.kind}));
  }
  MaybeBound result = binding.coerce(*std::move(value), type);
  if (result && declared->characters_max > 0) {
    Parts parts;
    ExpressionPtr whole = parts.take(*std::move(result));
    result = binding.finish(make_text_fit(std::move(whole), declared->characters_max), std::move(parts), span,
                            span);
  }
  if (result) result->span = span;
  return result;
}

}  // namespace pactolus

#include "expr/binding/binding.h"

#include <pg_query/pg_query.pb-c.h>

#include "base/arena.h"
#include "data/text_format.h"
#include "expr/binding/families.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

/// Constructs of PostgreSQL that have no place in an expression here.
std::string refusal(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SUB_LINK:
      return "a subquery is not allowed in an expression";
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return "a parameter ($1) is not allowed in an expression";
    case PG_QUERY__NODE__NODE_ROW_EXPR:
      return "one value is expected, not a row of several";
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
      return "COLLATE is not supported: texts compare byte by byte";
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
      return "a value of the session or of the clock is not allowed in an expression";
    case PG_QUERY__NODE__NODE_GROUPING_FUNC:
      return "GROUPING is not supported";
    case PG_QUERY__NODE__NODE_NAMED_ARG_EXPR:
      return "named arguments are not supported";
    case PG_QUERY__NODE__NODE_SET_TO_DEFAULT:
      return "DEFAULT is not allowed in an expression";
    default:
      return "this construct of PostgreSQL is not supported";
  }
}

int location_of(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SUB_LINK:
      return node.sub_link->location;
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return node.param_ref->location;
    case PG_QUERY__NODE__NODE_ROW_EXPR:
      return node.row_expr->location;
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
      return node.collate_clause->location;
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
      return node.sqlvalue_function->location;
    case PG_QUERY__NODE__NODE_GROUPING_FUNC:
      return node.grouping_func->location;
    case PG_QUERY__NODE__NODE_NAMED_ARG_EXPR:
      return node.named_arg_expr->location;
    default:
      return 0;  // unknown: the whole text
  }
}

std::string refusal_hint(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION) {
    return "event_time() is the time of the row; a column named by a reserved word (user, current_date, …) "
           "needs another name";
  }
  return node.node_case == PG_QUERY__NODE__NODE_SUB_LINK ? "join the other table in a step of its own" : "";
}

/// A batch of one row without columns, on which constants are computed.
ColumnBatch constant_batch() {
  auto system = std::make_shared<SystemColumns>();
  system->event_time.resize(1);
  ColumnBatch batch;
  batch.system = std::move(system);
  return batch;
}

}  // namespace

MaybeBound Binding::bind(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
      return bind_constant(*this, *node.a_const);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return bind_type_cast(*this, *node.type_cast);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return bind_column(*this, *node.column_ref);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return bind_call(*this, *node.func_call);
    case PG_QUERY__NODE__NODE_A_EXPR:
      return bind_a_expr(*this, *node.a_expr);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
      return bind_bool_expr(*this, *node.bool_expr);
    case PG_QUERY__NODE__NODE_NULL_TEST:
      return bind_null_test(*this, *node.null_test);
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
      return bind_boolean_test(*this, *node.boolean_test);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return bind_case(*this, *node.case_expr);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return bind_coalesce(*this, *node.coalesce_expr);
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return bind_min_max(*this, *node.min_max_expr);
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
      return bind_array(*this, *node.a_array_expr, std::nullopt);
    case PG_QUERY__NODE__NODE_A_INDIRECTION:
      return bind_indirection(*this, *node.a_indirection);
    default:
      return error("not-supported", tree_.span_at(location_of(node)), refusal(node), refusal_hint(node));
  }
}

std::vector<Bound> Binding::bind_all(std::span<PgQuery__Node* const> nodes) {
  std::vector<Bound> all;
  for (const PgQuery__Node* node : nodes) {
    if (MaybeBound bound = bind(*node)) all.push_back(*std::move(bound));
  }
  return all;
}

MaybeBound Binding::bind_boolean(const PgQuery__Node& node, const std::string& what) {
  MaybeBound bound = bind(node);
  if (!bound) return std::nullopt;
  return coerce_checked(*std::move(bound), kBooleanType, CastContext::kImplicit, what);
}

MaybeBound Binding::read_unknown(Bound value, Type type) {
  // A literal is read as it is written, with a scale or blanks of its own; whether it fits is looked at
  // behind.
  auto column = make_column(Type{type.kind}, 1);
  if (value.unknown_text) {
    auto memory = std::make_shared<Arena>();
    auto read = parse_value(memory->copy(*value.unknown_text), *column, 0, *memory);
    if (!read.ok()) {
      return error("invalid-literal", value.span, with_sqlstate(read.error().message, read.error().sqlstate));
    }
    column->keep(std::move(memory));
  } else {
    column->set_null(0);
  }
  Bound literal;
  literal.expression = std::make_unique<Literal>(std::move(column));
  literal.constant = true;
  literal.span = value.span;
  return literal;
}

MaybeBound Binding::coerce(Bound value, Type type) {
  if (value.unknown) {
    MaybeBound read = read_unknown(std::move(value), type);
    if (!read) return std::nullopt;
    value = *std::move(read);
  }
  bool fits = !is_constrained(type) || value.expression->type() == type;
  if (value.expression->type().kind == type.kind && fits) return value;
  Span span = value.span;
  Parts parts;
  ExpressionPtr expression = make_cast(parts.take(std::move(value)), type.kind);
  if (!fits) expression = make_fit(std::move(expression), type);
  return finish(std::move(expression), std::move(parts), span, span);
}

MaybeBound Binding::coerce_checked(Bound value, Type type, CastContext context, const std::string& what) {
  MaybeKind kind = value.kind();
  if (kind && *kind != type.kind) {
    std::optional<CastContext> possible = cast_context(*kind, type.kind);
    if (!possible || *possible > context) {
      std::string cast = possible ? "write CAST(… AS " + to_string(type) + ")" : "";
      return error("type-mismatch", value.span,
                   what + " must be " + to_string(type) + ", not " + to_string(*kind), std::move(cast));
    }
  }
  return coerce(std::move(value), type);
}

std::optional<Type> Binding::unify(std::vector<Bound>& values, const std::string& what) {
  std::vector<MaybeKind> kinds;
  for (const Bound& value : values) kinds.push_back(value.kind());
  CommonType common = common_type(kinds);
  if (common.misfit) {
    const Bound& misfit = values[*common.misfit];
    return error("type-mismatch", misfit.span,
                 what + " types " + to_string(Type{common.kind}) + " and " + to_string(misfit.kind()) +
                     " cannot be matched",
                 "cast one of them, such as CAST(… AS " + to_string(Type{common.kind}) + ")");
  }
  bool failed = false;
  for (Bound& value : values) {
    MaybeBound coerced = coerce(std::move(value), Type{common.kind});
    failed = failed || !coerced;
    if (coerced) value = *std::move(coerced);
  }
  if (failed) return std::nullopt;
  Type type = values.front().expression->type();
  bool all_same = std::all_of(values.begin(), values.end(),
                              [&](const Bound& value) { return value.expression->type() == type; });
  return all_same ? type : Type{common.kind};
}

Bound Binding::finish(ExpressionPtr expression, Parts parts, Span span, Span token) {
  Bound bound;
  bound.span = span;
  bound.constant = parts.constant;
  if (parts.constant) {
    static constexpr uint32_t kRow[] = {0};
    RowErrors errors;
    ColumnPtr value = expression->evaluate(constant_batch(), kRow, errors);
    std::vector<RowError> failed = errors.take();
    if (failed.empty()) {
      bound.expression = std::make_unique<Literal>(std::move(value));
      return bound;
    }
    if (!parts.failure) {
      parts.failure = diagnostic("constant-error", token, with_sqlstate(failed[0].message, failed[0].code));
    }
  }
  bound.expression = std::move(expression);
  bound.failure = std::move(parts.failure);
  return bound;
}

std::nullopt_t Binding::error(std::string code, Span span, std::string message, std::string hint) {
  diagnostics_.add(diagnostic(std::move(code), span, std::move(message), std::move(hint)));
  return std::nullopt;
}

std::string with_sqlstate(const std::string& message, const std::string& sqlstate) {
  return message + " (SQLSTATE " + sqlstate + ")";
}

}  // namespace pactolus

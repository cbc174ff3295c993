#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/binding/overload_choice.h"
#include "expr/operators.h"

namespace pactolus {
namespace {

/// What people coming from other languages mean.
std::string meant_instead(const std::string& name) {
  if (name == "==") return "for equality, write =";
  if (name == "&&" || name == "&") return "for a logical and, write AND";
  if (name == "|") return "for a logical or, write OR";
  if (name == "!" || name == "!!") return "for negation, write NOT";
  if (name == "=~" || name == "~=") return "to match a regular expression, write ~";
  if (name == "=>") return "for greater or equal, write >=";
  if (name == "=<") return "for less or equal, write <=";
  return "";
}

std::string signature(const std::string& name, const std::vector<MaybeKind>& kinds) {
  if (kinds.size() == 1) return name + " " + to_string(kinds[0]);
  return to_string(kinds[0]) + " " + name + " " + to_string(kinds[1]);
}

/// How to write one operand so that both have the same type, where that is plain.
std::string cast_hint(const Binding& binding, const std::string& name, const std::vector<Bound>& operands,
                      const std::vector<MaybeKind>& kinds) {
  bool booleans =
      std::all_of(kinds.begin(), kinds.end(), [](MaybeKind k) { return k == TypeKind::kBoolean; });
  if (name == "||" && booleans) return "|| joins texts; for a logical or, write OR";
  if (booleans || operators_named(name, operands.size()).empty()) {
    if (std::string meant = meant_instead(name); !meant.empty()) return meant;
  }
  if (operands.size() != 2 || !kinds[0] || !kinds[1]) return "";
  for (size_t i : {0, 1}) {
    bool text_and_other = kinds[i] == TypeKind::kText && kinds[1 - i] != TypeKind::kText;
    if (text_and_other) {
      return "if the text holds such a value: CAST(" + binding.source_text(operands[i].span) + " AS " +
             to_string(kinds[1 - i]) + ")";
    }
  }
  return "a cast of one side may help: CAST(" + binding.source_text(operands[1].span) + " AS " +
         to_string(kinds[0]) + ")";
}

}  // namespace

bool accepts(Binding& binding, Check check, std::span<const ExpressionPtr> arguments,
             std::span<const Span> spans, Span token) {
  std::optional<Refusal> refusal = check ? check(arguments) : std::nullopt;
  if (!refusal) return true;
  Span span = refusal->argument ? spans[*refusal->argument] : token;
  binding.error(refusal->code, span, std::move(refusal->message), std::move(refusal->hint));
  return false;
}

std::optional<ResolvedOperator> resolve_operator(Binding& binding, const std::string& name,
                                                 std::vector<Bound> operands, Span token) {
  std::vector<const Overload*> candidates = operators_named(name, operands.size());
  if (candidates.empty() && operators_named(name, 3 - operands.size()).empty()) {
    return binding.error("unknown-operator", token, "there is no operator `" + name + "`",
                         meant_instead(name));
  }
  std::vector<MaybeKind> kinds;
  for (const Bound& operand : operands) kinds.push_back(operand.kind());
  OverloadChoice choice = choose_operator(candidates, kinds);
  if (choice.ambiguous) {
    return binding.error("ambiguous-operator", token, "operator is not unique: " + signature(name, kinds),
                         "say which types are meant, such as CAST(… AS integer)");
  }
  if (!choice.chosen) {
    return binding.error("type-mismatch", token, "operator does not exist: " + signature(name, kinds),
                         cast_hint(binding, name, operands, kinds));
  }
  ResolvedOperator resolved{*choice.chosen, {}};
  for (size_t i = 0; i < operands.size(); ++i) {
    MaybeBound operand = binding.coerce(std::move(operands[i]), Type{choice.chosen->kinds[i]});
    if (operand) resolved.operands.push_back(*std::move(operand));
  }
  if (resolved.operands.size() < operands.size()) return std::nullopt;
  return resolved;
}

MaybeBound apply_operator(Binding& binding, const std::string& name, std::vector<Bound> operands,
                          Span token) {
  std::optional<ResolvedOperator> resolved = resolve_operator(binding, name, std::move(operands), token);
  if (!resolved) return std::nullopt;
  Parts parts;
  Span span = token;
  std::vector<Span> spans;
  std::vector<ExpressionPtr> arguments;
  for (Bound& operand : resolved->operands) {
    span = cover(span, operand.span);
    spans.push_back(operand.span);
    arguments.push_back(parts.take(std::move(operand)));
  }
  const Overload& overload = resolved->overload;
  if (!accepts(binding, overload.check, arguments, spans, token)) return std::nullopt;
  return binding.finish(overload.make(Type{overload.result}, std::move(arguments)), std::move(parts), span,
                        token);
}

namespace {

MaybeBound bind_plain_operator(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  std::vector<Bound> operands;
  size_t wanted = 0;
  for (const PgQuery__Node* operand : {node.lexpr, node.rexpr}) {
    if (operand == nullptr) continue;
    ++wanted;
    if (MaybeBound bound = binding.bind(*operand)) operands.push_back(*std::move(bound));
  }
  if (operands.size() < wanted) return std::nullopt;
  if (node.n_name != 1) {
    return binding.error("not-supported", token, "operators with a schema are not supported");
  }
  return apply_operator(binding, node.name[0]->string->sval, std::move(operands), token);
}

}  // namespace

MaybeBound bind_a_expr(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  switch (node.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
      return compares_rows(node) ? bind_row_comparison(binding, node) : bind_plain_operator(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
      return bind_like(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT:
      return bind_distinct(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF:
      return bind_nullif(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      return compares_rows(node) ? bind_row_in(binding, node) : bind_in(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
      return bind_between(binding, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
      return binding.error("not-supported", token, "SIMILAR TO is not supported", "use LIKE");
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL:
      return bind_quantified(binding, node);
    default:
      return binding.error("not-supported", token, "this construct of PostgreSQL is not supported");
  }
}

}  // namespace pactolus

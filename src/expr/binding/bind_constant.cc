#include <pg_query/pg_query.pb-c.h>

#include <charconv>

#include "data/text_format.h"
#include "expr/binding/families.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

/// A sign belongs to the constant that follows it: PostgreSQL's grammar folds it in, but leaves the location
/// at the sign.
Span number_span(const Binding& binding, Span first) {
  const TokenList& tokens = binding.tokens();
  size_t index = tokens.index_from(first.begin);
  bool sign = tokens.text(tokens.at(first.begin)) == "-";
  return sign && index + 1 < tokens.tokens().size() ? cover(first, tokens.tokens()[index + 1].span) : first;
}

MaybeBound number_of(Binding& binding, const std::string& text, TypeKind kind, Span span) {
  Bound unknown;
  unknown.unknown = true;
  unknown.unknown_text = text;
  unknown.span = span;
  return binding.coerce(std::move(unknown), Type{kind});
}

/// What PostgreSQL's lexer calls a float: an integer that is too large for int4, or a number with a point or
/// exponent.
MaybeBound bind_large_number(Binding& binding, const std::string& text, Span span) {
  int64_t whole = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (status != std::errc{} || end != text.data() + text.size()) {
    return number_of(binding, text, TypeKind::kNumeric, span);
  }
  bool is_integer = whole == static_cast<int32_t>(whole);  // -2147483648 arrives here
  return number_of(binding, text, is_integer ? TypeKind::kInteger : TypeKind::kBigint, span);
}

Bound literal(ExpressionPtr expression, Span span) {
  Bound bound;
  bound.expression = std::move(expression);
  bound.constant = true;
  bound.span = span;
  return bound;
}

}  // namespace

MaybeBound bind_constant(Binding& binding, const PgQuery__AConst& node) {
  Span span = binding.tree().span_at(node.location);
  if (node.isnull) {
    Bound null;
    null.unknown = true;
    null.span = span;
    return null;
  }
  switch (node.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      return literal(Literal::integer(node.ival->ival), number_span(binding, span));
    case PG_QUERY__A__CONST__VAL_FVAL:
      return bind_large_number(binding, node.fval->fval, number_span(binding, span));
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return literal(Literal::boolean(node.boolval->boolval), span);
    case PG_QUERY__A__CONST__VAL_SVAL: {
      Bound text;
      text.unknown = true;
      text.unknown_text = node.sval->sval;
      text.span = span;
      return text;
    }
    default:
      return binding.error("not-supported", span, "bit strings are not supported");
  }
}

}  // namespace pactolus

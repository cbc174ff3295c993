// ARRAY[…], subscripts and slices, also of jsonb.
#include <pg_query/pg_query.pb-c.h>

#include <limits>

#include "expr/binding/families.h"
#include "expr/nodes/array_slice.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/jsonb.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

bool is_array_constructor(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR;
}

/// The elements as the type that a cast wants, or else as their common one; none: one can't be.
std::optional<Type> unify_elements(Binding& binding, std::vector<Bound>& elements, std::optional<Type> array,
                                   Span token) {
  if (!array) {
    std::optional<Type> element = binding.unify(elements, "ARRAY");
    if (element && is_array(element->kind)) {
      return binding.error("not-supported", token, "arrays of more than one dimension are not supported");
    }
    return element ? std::optional(array_of(*element)) : std::nullopt;
  }
  bool all = true;
  for (Bound& element : elements) {
    MaybeBound value =
        binding.coerce_checked(std::move(element), element_of(*array), CastContext::kExplicit, "an element");
    all = all && value;
    if (value) element = *std::move(value);
  }
  return all ? array : std::nullopt;
}

/// The index as an integer, which NULL and smallint become, and so do larger numbers that fit.
MaybeBound bind_index(Binding& binding, const PgQuery__Node& node) {
  MaybeBound index = binding.bind(node);
  if (!index) return std::nullopt;
  return binding.coerce_checked(*std::move(index), kIntegerType, CastContext::kAssignment, "a subscript");
}

/// A limit of a slice; none was written: the first or last there is.
MaybeBound bind_limit(Binding& binding, const PgQuery__Node* node, int32_t otherwise, Span span) {
  if (node != nullptr) return bind_index(binding, *node);
  Bound limit;
  limit.expression = Literal::integer(otherwise);
  limit.constant = true;
  limit.span = span;
  return limit;
}

MaybeBound bind_slice(Binding& binding, Bound array, const PgQuery__AIndices& node) {
  MaybeBound lower = bind_limit(binding, node.lidx, 1, array.span);
  MaybeBound upper = bind_limit(binding, node.uidx, std::numeric_limits<int32_t>::max(), array.span);
  if (!lower || !upper) return std::nullopt;
  const Span span = cover(cover(array.span, lower->span), upper->span);
  Parts parts;
  std::vector<ExpressionPtr> arguments;
  const Type type = array.expression->type();
  arguments.push_back(parts.take(std::move(array)));
  arguments.push_back(parts.take(*std::move(lower)));
  arguments.push_back(parts.take(*std::move(upper)));
  return binding.finish(make_array_slice(type, std::move(arguments)), std::move(parts), span, span);
}

/// What is at a place of a value: `make` has both; none: the place wasn't bound.
MaybeBound take_at(Binding& binding, Bound value, MaybeBound place,
                   ExpressionPtr (*make)(ExpressionPtr value, ExpressionPtr place)) {
  if (!place) return std::nullopt;
  const Span span = cover(value.span, place->span);
  Parts parts;
  ExpressionPtr whole = parts.take(std::move(value));
  ExpressionPtr where = parts.take(*std::move(place));
  return binding.finish(make(std::move(whole), std::move(where)), std::move(parts), span, span);
}

MaybeBound bind_subscript(Binding& binding, Bound array, const PgQuery__AIndices& node) {
  return take_at(binding, std::move(array), bind_index(binding, *node.uidx), &make_subscript);
}

/// The key or index in a subscript of a jsonb, as a text.
MaybeBound bind_key(Binding& binding, const PgQuery__AIndices& node, Span value) {
  if (node.is_slice) return binding.error("type-mismatch", value, "jsonb subscript does not support slices");
  MaybeBound key = binding.bind(*node.uidx);
  if (!key || key->unknown) return key ? binding.coerce(*std::move(key), kTextType) : std::nullopt;
  const bool index = implicitly_castable(key->kind(), TypeKind::kInteger);
  if (!index && key->kind() != TypeKind::kText) {
    return binding.error("type-mismatch", key->span,
                         "a subscript of a jsonb must be integer or text, not " + to_string(key->kind()));
  }
  if (index) key = binding.coerce(*std::move(key), kIntegerType);
  return key ? binding.coerce(*std::move(key), kTextType) : std::nullopt;
}

MaybeBound bind_jsonb_subscript(Binding& binding, Bound value, const PgQuery__AIndices& node) {
  MaybeBound key = bind_key(binding, node, value.span);
  return take_at(binding, std::move(value), std::move(key), &make_jsonb_step);
}

}  // namespace

MaybeBound bind_array(Binding& binding, const PgQuery__AArrayExpr& node, std::optional<Type> type) {
  const Span token = binding.tree().span_at(node.location);
  const std::span<PgQuery__Node* const> items(node.elements, node.n_elements);
  if (std::any_of(items.begin(), items.end(),
                  [](const PgQuery__Node* n) { return is_array_constructor(*n); })) {
    return binding.error("not-supported", token, "arrays of more than one dimension are not supported");
  }
  std::vector<Bound> elements = binding.bind_all(items);
  if (elements.size() < items.size()) return std::nullopt;
  if (elements.empty() && !type) {
    return binding.error("undetermined-type", token, "cannot determine type of empty array",
                         "write the type behind it: ARRAY[]::integer[]");
  }
  std::optional<Type> array = unify_elements(binding, elements, type, token);
  if (!array) return std::nullopt;
  Parts parts;
  Span span = token;
  std::vector<ExpressionPtr> values;
  for (Bound& element : elements) {
    span = cover(span, element.span);
    values.push_back(parts.take(std::move(element)));
  }
  return binding.finish(make_array_of(*array, std::move(values)), std::move(parts), span, token);
}

MaybeBound bind_indirection(Binding& binding, const PgQuery__AIndirection& node) {
  MaybeBound array = binding.bind(*node.arg);
  if (!array) return std::nullopt;
  for (size_t i = 0; i < node.n_indirection; ++i) {
    const PgQuery__Node& step = *node.indirection[i];
    const bool subscript = step.node_case == PG_QUERY__NODE__NODE_A_INDICES;
    if (subscript && array->kind() == TypeKind::kJsonb) {
      array = bind_jsonb_subscript(binding, *std::move(array), *step.a_indices);
      if (!array) return std::nullopt;
      continue;
    }
    if (i > 0 && subscript) {
      return binding.error("not-supported", array->span,
                           "arrays of more than one dimension are not supported",
                           "an element of a slice: (array[2:3])[1]");
    }
    if (!subscript) {
      return binding.error("not-supported", array->span, "composite values are not supported");
    }
    if (array->unknown || !is_array(array->expression->type().kind)) {
      return binding.error("type-mismatch", array->span,
                           "cannot subscript type " + to_string(array->kind()) + ": it is no array");
    }
    const PgQuery__AIndices& indices = *step.a_indices;
    array = indices.is_slice ? bind_slice(binding, *std::move(array), indices)
                             : bind_subscript(binding, *std::move(array), indices);
    if (!array) return std::nullopt;
  }
  return array;
}

}  // namespace pactolus

#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/binding/shared_operand.h"
#include "expr/nodes/in_list.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

bool is_constant_item(const Bound& item) { return item.constant || item.unknown; }

/// The constants of an IN list, if there are several, are compared first, and as one common type together
/// with the left side, where they have one (PostgreSQL's transformAExprIn makes an array of them); so `1 IN
/// (2.5, '1')` reads '1' as a numeric. Otherwise the items are compared in their order.
std::optional<TypeKind> array_kind(const SharedOperand& probe, const std::vector<Bound>& items) {
  std::vector<MaybeKind> kinds = {probe.kind()};
  for (const Bound& item : items) {
    if (is_constant_item(item)) kinds.push_back(item.kind());
  }
  CommonType common = common_type(kinds);
  return kinds.size() > 2 && !common.misfit ? std::optional(common.kind) : std::nullopt;
}

/// False: one can't be read as that type.
bool unify_constants(Binding& binding, TypeKind kind, std::vector<Bound>& constants) {
  bool all = true;
  for (Bound& item : constants) {
    MaybeBound coerced = binding.coerce(std::move(item), Type{kind});
    all = all && coerced;
    if (coerced) item = *std::move(coerced);
  }
  return all;
}

/// `probe = item` for each item (`<>` when negated); fewer if one failed.
std::vector<Bound> compare_each(Binding& binding, const SharedOperand& probe, bool negated,
                                std::vector<Bound> items, Span token) {
  std::vector<Bound> all;
  for (Bound& item : items) {
    MaybeBound compared =
        apply_operator(binding, negated ? "<>" : "=", pair(probe.use(), std::move(item)), token);
    if (compared) all.push_back(*std::move(compared));
  }
  return all;
}

/// All constants in one look-up.
MaybeBound look_up(Binding& binding, Bound probe, bool negated, const std::vector<Bound>& constants,
                   Span token) {
  TypeKind kind = *constants.front().kind();
  MaybeBound value = binding.coerce(std::move(probe), Type{kind});
  if (!value) return std::nullopt;
  Span span = cover(value->span, constants.back().span);
  Parts parts;
  ExpressionPtr searched = parts.take(*std::move(value));
  std::vector<ColumnPtr> values;
  for (const Bound& item : constants) values.push_back(as_literal(*item.expression)->value());
  return binding.finish(make_in_list(negated, std::move(searched), values), std::move(parts), span, token);
}

/// Whether a look-up is possible: several literals of one type, which the probe can take.
bool can_look_up(const SharedOperand& probe, const std::vector<Bound>& constants) {
  if (constants.size() < 2 || constants.front().unknown) return false;
  TypeKind kind = *constants.front().kind();
  return implicitly_castable(probe.kind(), kind) &&
         std::all_of(constants.begin(), constants.end(), [&](const Bound& item) {
           return !item.unknown && item.kind() == kind && as_literal(*item.expression);
         });
}

}  // namespace

MaybeBound bind_in(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  bool negated = std::string_view(node.name[0]->string->sval) == "<>";
  std::span<PgQuery__Node* const> items(node.rexpr->list->items, node.rexpr->list->n_items);
  MaybeBound left = binding.bind(*node.lexpr);
  if (!left) {
    binding.bind_all(items);  // to report what is wrong there, too
    return std::nullopt;
  }
  SharedOperand probe(binding, *std::move(left));
  std::vector<Bound> others = binding.bind_all(items);
  if (others.size() < items.size()) return std::nullopt;
  Span span = cover(probe.span(), others.back().span);
  std::vector<Bound> constants;
  if (const std::optional<TypeKind> kind = array_kind(probe, others)) {
    auto first_other = std::stable_partition(others.begin(), others.end(), is_constant_item);
    constants.assign(std::move_iterator(others.begin()), std::move_iterator(first_other));
    others.erase(others.begin(), first_other);
    if (!unify_constants(binding, *kind, constants)) return std::nullopt;
  }
  // PostgreSQL computes all of them before it compares: a failing one can't hide behind another.
  std::stable_partition(constants.begin(), constants.end(),
                        [](const Bound& item) { return item.failure.has_value(); });
  std::vector<Bound> comparisons;
  if (can_look_up(probe, constants)) {
    MaybeBound found = look_up(binding, probe.use(), negated, constants, token);
    if (!found) return std::nullopt;
    comparisons.push_back(*std::move(found));
    constants.clear();
  }
  std::move(others.begin(), others.end(), std::back_inserter(constants));
  size_t wanted = comparisons.size() + constants.size();
  std::vector<Bound> compared = compare_each(binding, probe, negated, std::move(constants), token);
  std::move(compared.begin(), compared.end(), std::back_inserter(comparisons));
  if (comparisons.size() < wanted) return std::nullopt;
  return probe.close(connect_booleans(binding, negated, std::move(comparisons), span));
}

}  // namespace pactolus

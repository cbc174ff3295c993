#include <pg_query/pg_query.pb-c.h>

#include "expr/binding/families.h"
#include "expr/nodes/in_list.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

bool is_constant_item(const Bound& item) { return item.constant || item.unknown; }

/// The constants of an IN list are compared as one common type together with the left side, where they have
/// one (PostgreSQL's transformAExprIn makes an array of them); so `1 IN (2.5, '1')` reads '1' as a numeric.
bool unify_constants(Binding& binding, const Bound& probe, std::vector<Bound>& constants) {
  std::vector<MaybeKind> kinds = {probe.kind()};
  for (const Bound& item : constants) kinds.push_back(item.kind());
  CommonType common = common_type(kinds);
  if (constants.size() < 2 || common.misfit) return true;
  bool all = true;
  for (Bound& item : constants) {
    MaybeBound coerced = binding.coerce(std::move(item), Type{common.kind});
    all = all && coerced;
    if (coerced) item = *std::move(coerced);
  }
  return all;
}

/// `probe = item` for each item (`<>` when negated), connected by OR (AND).
class Comparisons {
 public:
  Comparisons(Binding& binding, const PgQuery__Node& probe, bool negated, Span token)
      : binding_(binding), probe_(probe), negated_(negated), token_(token) {}

  bool add(Bound item) {
    MaybeBound probe = binding_.bind(probe_);  // each comparison may need it as another type
    if (!probe) return false;
    std::vector<Bound> operands;
    operands.push_back(*std::move(probe));
    operands.push_back(std::move(item));
    MaybeBound compared = apply_operator(binding_, negated_ ? "<>" : "=", std::move(operands), token_);
    if (!compared) return false;
    all_.push_back(*std::move(compared));
    return true;
  }
  void add_bound(Bound compared) { all_.push_back(std::move(compared)); }

  MaybeBound connected(Span span) { return connect_booleans(binding_, negated_, std::move(all_), span); }

 private:
  Binding& binding_;
  const PgQuery__Node& probe_;
  bool negated_;
  Span token_;
  std::vector<Bound> all_;
};

/// All constants in one look-up. None if they are not literals of one type that the probe can take.
MaybeBound look_up(Binding& binding, const PgQuery__Node& probe, bool negated, std::vector<Bound>& constants,
                   Span token) {
  TypeKind kind = constants.front().kind().value_or(TypeKind::kText);
  bool literals = std::all_of(constants.begin(), constants.end(), [&](const Bound& item) {
    return !item.unknown && item.kind() == kind && as_literal(*item.expression);
  });
  MaybeBound value = literals && constants.size() > 1 ? binding.bind(probe) : std::nullopt;
  if (!value || (value->kind() && !implicitly_castable(value->kind(), kind))) return std::nullopt;
  value = binding.coerce(*std::move(value), Type{kind});
  if (!value) return std::nullopt;
  Span span = cover(value->span, constants.back().span);
  Parts parts;
  ExpressionPtr searched = parts.take(*std::move(value));
  std::vector<ColumnPtr> values;
  for (const Bound& item : constants) values.push_back(as_literal(*item.expression)->value());
  return binding.finish(make_in_list(negated, std::move(searched), values), std::move(parts), span, token);
}

}  // namespace

MaybeBound bind_in(Binding& binding, const PgQuery__AExpr& node) {
  Span token = binding.tree().span_at(node.location);
  bool negated = std::string_view(node.name[0]->string->sval) == "<>";
  std::span<PgQuery__Node* const> items(node.rexpr->list->items, node.rexpr->list->n_items);
  MaybeBound probe = binding.bind(*node.lexpr);
  std::vector<Bound> others = binding.bind_all(items);
  if (!probe || others.size() < items.size()) return std::nullopt;
  Span span = cover(probe->span, others.back().span);
  auto first_other = std::stable_partition(others.begin(), others.end(), is_constant_item);
  std::vector<Bound> constants(std::move_iterator(others.begin()), std::move_iterator(first_other));
  others.erase(others.begin(), first_other);
  if (!unify_constants(binding, *probe, constants)) return std::nullopt;
  // PostgreSQL compares with the constants first.
  Comparisons comparisons(binding, *node.lexpr, negated, token);
  if (MaybeBound found =
          constants.empty() ? std::nullopt : look_up(binding, *node.lexpr, negated, constants, token)) {
    comparisons.add_bound(*std::move(found));
    constants.clear();
  }
  for (std::vector<Bound>* part : {&constants, &others}) {
    for (Bound& item : *part) {
      if (!comparisons.add(std::move(item))) return std::nullopt;
    }
  }
  return comparisons.connected(span);
}

}  // namespace pactolus

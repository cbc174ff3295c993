// Rows of several values, which may only be compared: (a, b) = (c, d), (a, b) < (c, d), (a, b) IN ((1, 2),
// …).
#include <pg_query/pg_query.pb-c.h>

#include <array>
#include <list>

#include "expr/binding/families.h"
#include "expr/binding/shared_operand.h"
#include "expr/nodes/conditional.h"

namespace pactolus {
namespace {

using Row = std::span<PgQuery__Node* const>;

bool is_row(const PgQuery__Node& node) { return node.node_case == PG_QUERY__NODE__NODE_ROW_EXPR; }

Row values_of(const PgQuery__Node& node) { return {node.row_expr->args, node.row_expr->n_args}; }

/// Of what stands opposite a row; none: it is not a row as long, which is a finding.
std::optional<Row> row_opposite(Binding& binding, size_t size, const PgQuery__Node& node, Span token) {
  if (!is_row(node))
    return binding.error("type-mismatch", token, "operator does not exist: a row with a single value");
  const Row row = values_of(node);
  if (row.size() != size)
    return binding.error("type-mismatch", token,
                         "unequal number of entries in row expressions (SQLSTATE 42601)");
  if (size == 0)
    return binding.error("not-supported", token, "cannot compare rows of zero length (SQLSTATE 0A000)");
  return row;
}

/// A row's values, each used several times. Given up in the reverse order of their making, also where a
/// finding ends the binding: a container alone may do it in any.
class SharedRow {
 public:
  SharedRow(Binding& binding, std::vector<Bound> values) {
    for (Bound& value : values) values_.emplace_back(binding, std::move(value));
  }
  SharedRow(const SharedRow&) = delete;
  SharedRow& operator=(const SharedRow&) = delete;
  ~SharedRow() {
    while (!values_.empty()) values_.pop_back();
  }

  const std::list<SharedOperand>& values() const { return values_; }
  /// The whole expression that was made of their uses.
  Bound close(Bound body) {
    for (auto value = values_.rbegin(); value != values_.rend(); ++value)
      body = value->close(std::move(body));
    return body;
  }

 private:
  std::list<SharedOperand> values_;
};

/// From value `at` on: the first two that are not equal decide, or are NULL and leave it open. Later ones are
/// not computed then.
MaybeBound compare_from(Binding& binding, const std::string& name, Row left, Row right, size_t at,
                        Span token) {
  MaybeBound one = binding.bind(*left[at]);
  MaybeBound other = binding.bind(*right[at]);
  if (!one || !other) return std::nullopt;
  if (at + 1 == left.size())
    return apply_operator(binding, name, pair(*std::move(one), *std::move(other)), token);
  SharedOperand ours(binding, *std::move(one));
  SharedOperand theirs(binding, *std::move(other));
  MaybeBound equal = apply_operator(binding, "=", pair(ours.use(), theirs.use()), token);
  MaybeBound rest = equal ? compare_from(binding, name, left, right, at + 1, token) : std::nullopt;
  MaybeBound unequal =
      rest ? apply_operator(binding, name.substr(0, 1), pair(ours.use(), theirs.use()), token) : std::nullopt;
  if (!unequal) return std::nullopt;
  const Span span = cover(equal->span, rest->span);
  Parts parts;
  std::vector<CaseBranch> branches(1);
  branches[0].condition = parts.take(*std::move(equal));
  branches[0].result = parts.take(*std::move(rest));
  ExpressionPtr whole = make_case(kBooleanType, std::move(branches), parts.take(*std::move(unequal)));
  return ours.close(theirs.close(binding.finish(std::move(whole), std::move(parts), span, token)));
}

}  // namespace

bool compares_rows(const PgQuery__AExpr& node) {
  return (node.lexpr != nullptr && is_row(*node.lexpr)) || (node.rexpr != nullptr && is_row(*node.rexpr));
}

MaybeBound bind_row_comparison(Binding& binding, const PgQuery__AExpr& node) {
  const Span token = binding.tree().span_at(node.location);
  const std::string name = node.name[node.n_name - 1]->string->sval;
  constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
  if (node.n_name != 1 || node.lexpr == nullptr || !is_row(*node.lexpr) ||
      std::find(kComparisons.begin(), kComparisons.end(), name) == kComparisons.end()) {
    return binding.error("type-mismatch", token, "rows can only be compared, with rows",
                         "one value is expected on each side of other operators");
  }
  const Row left = values_of(*node.lexpr);
  const std::optional<Row> right = row_opposite(binding, left.size(), *node.rexpr, token);
  if (!right) return std::nullopt;
  if (name != "=" && name != "<>") return compare_from(binding, name, left, *right, 0, token);
  std::vector<Bound> compared;
  for (size_t i = 0; i < left.size(); ++i) {
    MaybeBound one = binding.bind(*left[i]);
    MaybeBound other = binding.bind(*(*right)[i]);
    if (!one || !other) continue;
    MaybeBound both = apply_operator(binding, name, pair(*std::move(one), *std::move(other)), token);
    if (both) compared.push_back(*std::move(both));
  }
  if (compared.size() < left.size()) return std::nullopt;
  const Span span = cover(compared.front().span, compared.back().span);
  return connect_booleans(binding, name == "=", std::move(compared), span);
}

MaybeBound bind_row_in(Binding& binding, const PgQuery__AExpr& node) {
  const Span token = binding.tree().span_at(node.location);
  const std::string name = node.name[0]->string->sval;  // = or <>
  const bool negated = name == "<>";
  std::vector<Bound> values = binding.bind_all(values_of(*node.lexpr));
  const size_t size = values_of(*node.lexpr).size();
  if (values.size() < size) return std::nullopt;
  SharedRow probe(binding, std::move(values));
  std::vector<Bound> items;
  for (const PgQuery__Node* item : Row{node.rexpr->list->items, node.rexpr->list->n_items}) {
    const std::optional<Row> row = row_opposite(binding, size, *item, token);
    if (!row) return std::nullopt;
    std::vector<Bound> others = binding.bind_all(*row);
    if (others.size() < size) return std::nullopt;
    std::vector<Bound> compared;
    size_t i = 0;
    for (const SharedOperand& ours : probe.values()) {
      MaybeBound both = apply_operator(binding, name, pair(ours.use(), std::move(others[i++])), token);
      if (!both) return std::nullopt;
      compared.push_back(*std::move(both));
    }
    const Span span = cover(compared.front().span, compared.back().span);
    items.push_back(connect_booleans(binding, !negated, std::move(compared), span));
  }
  const Span span = cover(items.front().span, items.back().span);
  return probe.close(connect_booleans(binding, negated, std::move(items), span));
}

}  // namespace pactolus

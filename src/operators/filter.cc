#include "config/expression.h"
#include "operators/changing_rows.h"
#include "operators/column_selection.h"
#include "operators/expression_text.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

class Filter final : public Operator {
 public:
  explicit Filter(const Expression& condition) : condition_(condition) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    RowErrors errors;
    ColumnPtr verdict = condition_.evaluate(batch, batch.selection, errors);
    std::vector<RowError> failed = errors.take();
    const uint8_t* values = verdict->values_of<TypeKind::kBoolean>();
    let_pass(
        batch, failed, [&](uint32_t row) { return !verdict->is_null(row) && values[row] != 0; }, counts, out);
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

 private:
  const Expression& condition_;
};

class FilterNode final : public OperatorNode {
 public:
  FilterNode(const StepInput& input, ExpressionPtr condition, std::string text)
      : schema_(*input.schema),
        traits_(input.traits()),
        condition_(std::move(condition)),
        text_(std::move(text)) {}

  const Schema& output() const override { return schema_; }
  bool is_table() const override { return traits_.is_table; }
  std::vector<size_t> key_columns() const override { return traits_.key_columns; }
  std::optional<size_t> window_end_column() const override { return traits_.window_end; }
  bool takes_before_rows(bool) const override { return true; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(schema_); }
  std::vector<std::pair<std::string, std::string>> describe() const override { return {{"keeps", text_}}; }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Filter>(*condition_);
  }

 private:
  Schema schema_;
  StreamTraits traits_;
  ExpressionPtr condition_;
  std::string text_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  std::optional<SourceText> text = read_expression(*build.node, *build.diagnostics);
  if (!text) return nullptr;
  ExpressionPtr condition = bind_expression_as(*text, scope_of(build), kBooleanType, *build.diagnostics);
  if (!condition) return nullptr;
  if (build.inputs.front().is_table && build.inputs.front().key_columns.empty()) {
    build.diagnostics->add(build.node->diagnostic(
        "filter-without-key", "a `filter` cannot take back the only row of a table that has no key",
        "group `by` something, or filter the rows that the table is made of"));
    return nullptr;
  }
  return std::make_unique<FilterNode>(build.inputs.front(), std::move(condition), normal_text(*text));
}

constexpr std::string_view kExample = R"(topology: large-payments
sources:
  payments:
    topic: payments
    fields:
      payment_id: text
      amount: numeric(12,2)
steps:
  large:
    from: payments
    filter: amount >= 1000
sinks:
  large: {from: large, topic: payments.large, key: payment_id}
tests:
  - name: a small payment is dropped
    send:
      - payments: {payment_id: a, amount: 1000.00}
      - payments: {payment_id: b, amount: 999.99}
    expect:
      large: [{payment_id: a, amount: 1000.00}]
)";

}  // namespace

PACTOLUS_REGISTER(filter);
const OperatorSpec& filter_spec() {
  static const OperatorSpec spec{
      .name = "filter",
      .summary = "keeps the rows for which a condition is true; false and NULL drop the row",
      .guarantee =
          "keeps order, holds no state; dropped rows are counted under the step's name, and a row whose "
          "condition cannot be computed is a dead letter. Of a changing table's update is left what it is "
          "behind the condition",
      .example = kExample,
      .takes_tables = true,
      .keeps_columns = true,
      .fields = {},
      .build = build,
  };
  return spec;
}

}  // namespace pactolus

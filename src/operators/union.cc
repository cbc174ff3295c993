#include "base/check.h"
#include "base/nearest_name.h"
#include "operators/column_selection.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

/// For each output column the column of one input.
using Columns = std::vector<size_t>;

/// Matches the columns of one input with those of the first; says what does not fit.
class ColumnMatching {
 public:
  ColumnMatching(const OperatorBuild& build, const StepInput& input, const Node& node)
      : build_(build), first_(build.inputs.front()), input_(input), node_(node) {}

  std::optional<Columns> run() {
    Columns columns;
    for (const Field& field : first_.schema->fields()) {
      std::optional<size_t> column = input_.schema->find(field.name);
      if (!column) {
        refuse("`" + input_.name + "` has no column `" + field.name + "`, which `" + first_.name + "` has",
               did_you_mean(field.name, input_.schema->names()));
      } else if ((*input_.schema)[*column].type != field.type) {
        refuse("the column `" + field.name + "` is " + to_string((*input_.schema)[*column].type) + " in `" +
                   input_.name + "` and " + to_string(field.type) + " in `" + first_.name + "`",
               "make them alike with a `project` step before");
      } else {
        columns.push_back(*column);
      }
    }
    for (const Field& field : input_.schema->fields()) {
      if (first_.schema->find(field.name)) continue;
      refuse("`" + input_.name + "` has the column `" + field.name + "`, which `" + first_.name +
                 "` does not have",
             "drop it with a `project` step before");
    }
    return fits_ ? std::optional(columns) : std::nullopt;
  }

 private:
  void refuse(std::string message, std::string hint) {
    fits_ = false;
    build_.diagnostics->add(node_.diagnostic("union-mismatch", std::move(message), std::move(hint)));
  }

  const OperatorBuild& build_;
  const StepInput& first_;
  const StepInput& input_;
  const Node& node_;
  bool fits_ = true;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  std::vector<Node> items = build.node->items();
  PACTOLUS_CHECK(items.size() == build.inputs.size(), "a union's inputs are the names in its list");
  std::vector<Field> fields = build.inputs.front().schema->fields();
  std::vector<Columns> inputs;
  for (size_t i = 0; i < items.size(); ++i) {
    std::optional<Columns> columns = ColumnMatching(build, build.inputs[i], items[i]).run();
    if (!columns) continue;
    for (size_t c = 0; c < fields.size(); ++c) {
      fields[c].nullable = fields[c].nullable || (*build.inputs[i].schema)[(*columns)[c]].nullable;
    }
    inputs.push_back(*std::move(columns));
  }
  if (inputs.size() < items.size()) return nullptr;
  return make_column_selection(Schema(std::move(fields)), std::move(inputs));
}

constexpr std::string_view kExample = R"(topology: all-payments
sources:
  cards:
    topic: card.payments
    fields:
      payment_id: text
      amount: numeric(12,2)
  transfers:
    topic: transfers
    fields:
      amount: numeric(12,2)
      payment_id: text
steps:
  all_payments:
    union: [cards, transfers]
sinks:
  payments: {from: all_payments, topic: payments, key: payment_id}
tests:
  - name: rows of both sources come out, with the columns in the order of the first
    send:
      - cards: {payment_id: a, amount: 1.00}
      - transfers: {payment_id: b, amount: 2.00}
    expect:
      payments: [{payment_id: a, amount: 1.00}, {payment_id: b, amount: 2.00}]
)";

}  // namespace

PACTOLUS_REGISTER(union);
const OperatorSpec& union_spec() {
  static const OperatorSpec spec{
      .name = "union",
      .summary =
          "all rows of several inputs with the same column names and types, in the column order of the first",
      .guarantee = "keeps the order in which the task merges its inputs, holds no state, and no row fails",
      .example = kExample,
      .fields = {},
      .build = build,
  };
  return spec;
}

}  // namespace pactolus

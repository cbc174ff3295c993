#include "operators/column_selection.h"

#include <utility>

namespace pactolus {
namespace {

using Inputs = std::vector<std::vector<size_t>>;

class ColumnSelection final : public Operator {
 public:
  ColumnSelection(const Schema& schema, const Inputs& inputs) : schema_(schema), inputs_(inputs) {}

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    counts.passed += batch.selection.size();
    std::vector<ColumnPtr> columns;
    columns.reserve(schema_.size());
    for (size_t column : inputs_[input]) columns.push_back(batch.columns[column]);
    batch.columns = std::move(columns);
    batch.schema = &schema_;
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

 private:
  const Schema& schema_;
  const Inputs& inputs_;
};

class ColumnSelectionNode final : public OperatorNode {
 public:
  ColumnSelectionNode(Schema schema, Inputs inputs)
      : schema_(std::move(schema)), inputs_(std::move(inputs)) {}

  const Schema& output() const override { return schema_; }
  std::vector<std::optional<size_t>> copied_from(size_t input) const override {
    return {inputs_[input].begin(), inputs_[input].end()};
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<ColumnSelection>(schema_, inputs_);
  }

 private:
  Schema schema_;
  Inputs inputs_;
};

}  // namespace

std::vector<std::optional<size_t>> all_copied(const Schema& schema) {
  std::vector<std::optional<size_t>> columns(schema.size());
  for (size_t i = 0; i < columns.size(); ++i) columns[i] = i;
  return columns;
}

std::unique_ptr<const OperatorNode> make_column_selection(Schema output, Inputs inputs) {
  return std::make_unique<ColumnSelectionNode>(std::move(output), std::move(inputs));
}

}  // namespace pactolus

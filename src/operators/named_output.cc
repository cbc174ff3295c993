#include "operators/named_output.h"

#include "operators/column_selection.h"

namespace pactolus {
namespace {

class NamedOutput final : public Operator {
 public:
  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    counts.passed += batch.selection.size();
    out.emit(std::move(batch));
  }
};

class NamedOutputNode final : public OperatorNode {
 public:
  NamedOutputNode(const StepInput& input, StreamTraits traits)
      : schema_(*input.schema), traits_(std::move(traits)) {}

  const Schema& output() const override { return schema_; }
  bool is_table() const override { return traits_.is_table; }
  std::vector<size_t> key_columns() const override { return traits_.key_columns; }
  std::optional<size_t> window_end_column() const override { return traits_.window_end; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(schema_); }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<NamedOutput>();
  }

 private:
  Schema schema_;
  StreamTraits traits_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  const StepInput& input = build.inputs.front();
  return std::make_unique<NamedOutputNode>(input, input.traits());
}

std::unique_ptr<const OperatorNode> build_stream(const OperatorBuild& build) {
  return std::make_unique<NamedOutputNode>(build.inputs.front(), StreamTraits{});
}

OperatorSpec spec_of(decltype(OperatorSpec::build) build) {
  return {
      .name = "output",
      .summary = "passes on the rows of a step's output",
      .guarantee = "keeps order, holds no state",
      .example = "",
      .takes_tables = true,
      .keeps_columns = true,
      .fields = {},
      .build = build,
  };
}

}  // namespace

const OperatorSpec& named_output_spec() {
  static const OperatorSpec spec = spec_of(build);
  return spec;
}

const OperatorSpec& named_stream_spec() {
  static const OperatorSpec spec = spec_of(build_stream);
  return spec;
}

}  // namespace pactolus

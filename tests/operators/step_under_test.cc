#include "step_under_test.h"

namespace pactolus {

Schema schema_of(const std::vector<std::string>& columns) {
  std::vector<Field> fields;
  for (const std::string& column : columns) {
    std::string type = column.substr(column.find(' ') + 1);
    bool nullable = type.ends_with(" null");
    if (nullable) type.resize(type.size() - 5);
    fields.push_back({column.substr(0, column.find(' ')), parse_type(type).value(), nullable});
  }
  return Schema(std::move(fields));
}

StepUnderTest::StepUnderTest(std::string yaml, std::vector<Schema> inputs, std::vector<Constant> constants,
                             std::vector<size_t> primary_key, std::optional<Duration> versions)
    : inputs_(std::move(inputs)), constants_(std::move(constants)) {
  build(std::move(yaml), std::move(primary_key), versions);
}

StepUnderTest::StepUnderTest(std::string yaml, Schema input, StreamTraits traits)
    : StepUnderTest(std::move(yaml), std::vector<Schema>{std::move(input)},
                    std::vector<StreamTraits>{std::move(traits)}) {}

StepUnderTest::StepUnderTest(std::string yaml, std::vector<Schema> inputs, std::vector<StreamTraits> traits)
    : inputs_(std::move(inputs)), traits_(std::move(traits)) {
  build(std::move(yaml), {}, {});
}

void StepUnderTest::build(std::string yaml, std::vector<size_t> primary_key,
                          std::optional<Duration> versions) {
  Diagnostics diagnostics;
  document_ = Document::parse("step.yaml", std::move(yaml), diagnostics);
  REQUIRE(document_);
  Entry operation = document_->root().entries().front();
  OperatorBuild made{.step = "step",
                     .node = &operation.value,
                     .inputs = {},
                     .constants = constants_,
                     .hints = {},
                     .diagnostics = &diagnostics};
  for (size_t i = 0; i < inputs_.size(); ++i) {
    made.inputs.push_back({i == 0 ? "rows" : "rows" + std::to_string(i + 1), &inputs_[i]});
  }
  for (size_t i = 0; i < traits_.size(); ++i) {
    made.inputs[i].is_table = traits_[i].is_table;
    made.inputs[i].key_columns = traits_[i].key_columns;
    made.inputs[i].window_end = traits_[i].window_end;
  }
  if (!primary_key.empty()) {
    made.inputs.back().is_table = made.inputs.back().is_source = true;
    made.inputs.back().key_columns = std::move(primary_key);
    made.inputs.back().has_time = versions.has_value();
    made.inputs.back().versions = versions;
  }
  node_ = find_operator(operation.key.text())->build(made);
  for (const Diagnostic& finding : diagnostics.sorted()) findings_ += render(finding, document_->text());
}

const OperatorNode& StepUnderTest::node() const {
  INFO(findings_);
  REQUIRE(node_ != nullptr);
  return *node_;
}

}  // namespace pactolus

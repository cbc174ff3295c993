#include <algorithm>

#include "base/nearest_name.h"
#include "config/expression.h"
#include "config/names.h"
#include "operators/changing_rows.h"
#include "operators/column_selection.h"
#include "operators/expression_text.h"
#include "operators/named_output.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

constexpr size_t kOutputsMax = 100;
constexpr std::string_view kOtherwise = "otherwise";

/// One output of a splitting step.
struct SplitOutput {
  std::string name;
  ExpressionPtr condition;  // none: all rows that are left
  std::string text;
};

class Split final : public Operator {
 public:
  explicit Split(const std::vector<SplitOutput>& outputs) : outputs_(outputs) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    choose(batch, out);
    for (size_t output = 1; output <= outputs_.size(); ++output) {
      if (std::ranges::find(batch.selection, output, [&](uint32_t row) { return chosen_[row]; }) ==
          batch.selection.end())
        continue;
      ColumnBatch part = batch;
      StepCounts of_output;
      let_pass(
          part, {}, [&](uint32_t row) { return chosen_[row] == output; }, of_output, out);
      counts.passed += of_output.passed;
      out.emit_to(output, std::move(part));
    }
  }

 private:
  /// Finds for each row the number of the first output whose condition it meets; 0: there is none, or a
  /// condition before that could not be computed.
  void choose(const ColumnBatch& batch, OperatorOutput& out) {
    chosen_.assign(batch.rows(), 0);
    std::vector<uint32_t> undecided = batch.selection;
    std::vector<RowError> failed;
    for (size_t output = 1; output <= outputs_.size() && !undecided.empty(); ++output) {
      const ExpressionPtr& condition = outputs_[output - 1].condition;
      if (!condition) {
        for (uint32_t row : undecided) chosen_[row] = output;
        undecided.clear();
        break;
      }
      RowErrors errors;
      const ColumnPtr verdict = condition->evaluate(batch, undecided, errors);
      std::vector<RowError> refused = errors.take();
      remove_failed(undecided, refused);
      std::ranges::move(refused, std::back_inserter(failed));
      const uint8_t* values = verdict->values_of<TypeKind::kBoolean>();
      std::erase_if(undecided, [&](uint32_t row) {
        const bool meets = !verdict->is_null(row) && values[row] != 0;
        if (meets) chosen_[row] = output;
        return meets;
      });
    }
    counts.filtered += undecided.size();
    refuse(batch, std::move(failed), out);
  }

  /// A row that went before and cannot be computed was a dead letter when it came.
  void refuse(const ColumnBatch& batch, std::vector<RowError> failed, OperatorOutput& out) {
    std::ranges::sort(failed, {}, &RowError::row);
    for (const RowError& error : failed) {
      if (batch.change_of(error.row) != Change::kInsert) {
        ++counts.filtered;
        continue;
      }
      ++counts.dead_letters;
      out.dead_letter(batch, error);
    }
  }

  const std::vector<SplitOutput>& outputs_;
  std::vector<size_t> chosen_;  // by row of the batch
};

class SplitNode final : public OperatorNode {
 public:
  SplitNode(const StepInput& input, std::vector<SplitOutput> outputs)
      : schema_(*input.schema), traits_(input.traits()), outputs_(std::move(outputs)) {}

  const Schema& output() const override { return schema_; }
  bool is_table() const override { return traits_.is_table; }
  std::vector<size_t> key_columns() const override { return traits_.key_columns; }
  std::optional<size_t> window_end_column() const override { return traits_.window_end; }
  bool takes_before_rows(bool) const override { return true; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(schema_); }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const SplitOutput& output : outputs_) lines.emplace_back(output.name, output.text);
    return lines;
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Split>(outputs_);
  }

 private:
  Schema schema_;
  StreamTraits traits_;
  std::vector<SplitOutput> outputs_;
};

std::vector<Node> names_of_outputs(const Node& operation) {
  std::vector<Node> names;
  for (const Entry& entry : operation.entries()) names.push_back(entry.key);
  if (names.size() > kOutputsMax) names.erase(names.begin() + kOutputsMax, names.end());
  return names;
}

/// Reads the outputs, and goes on after errors to find more of them. Lives for one build.
class SplitBuilder {
 public:
  explicit SplitBuilder(const OperatorBuild& build) : build_(build), entries_(build.node->entries()) {}

  std::unique_ptr<const OperatorNode> run() {
    if (!check_shape()) return nullptr;
    for (const Entry& entry : entries_) read(entry);
    const StepInput& input = build_.inputs.front();
    if (input.is_table && input.key_columns.empty()) {
      refuse(build_.node->diagnostic("split-without-key",
                                     "a `split` cannot move the only row of a table that has no key",
                                     "group `by` something"));
    }
    if (!ok_) return nullptr;
    return std::make_unique<SplitNode>(input, std::move(outputs_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  bool check_shape() {
    if (!build_.node->is_map() || entries_.empty()) {
      if (!build_.node->is_reported()) {
        refuse(build_.node->diagnostic("wrong-kind",
                                       "`split` is a map: the name of each output, and its condition",
                                       "write `cards: method = 'card'`, and `rest: otherwise` at the end"));
      }
      return false;
    }
    if (entries_.size() <= kOutputsMax) return true;
    refuse(build_.node->diagnostic("too-large",
                                   "a `split` has at most " + std::to_string(kOutputsMax) + " outputs"));
    return false;
  }

  void read(const Entry& entry) {
    if (!names_.declare(entry.key, *build_.diagnostics)) ok_ = false;
    const bool is_rest = entry.value.is_scalar() && lower_case(entry.value.text()) == kOtherwise;
    if (is_rest) {
      if (entry.key.text() != entries_.back().key.text()) {
        refuse(entry.value.diagnostic(
            "otherwise-before-others", "what stands behind `otherwise` would get no rows",
            "a row goes to the first output whose condition it meets: put it last"));
      }
      outputs_.push_back({entry.key.text(), nullptr, std::string(kOtherwise)});
      return;
    }
    std::optional<SourceText> text = read_expression(entry.value, *build_.diagnostics);
    ExpressionPtr condition =
        text ? bind_expression_as(*text, scope_of(build_), kBooleanType, *build_.diagnostics) : nullptr;
    ok_ = ok_ && condition;
    if (condition) outputs_.push_back({entry.key.text(), std::move(condition), normal_text(*text)});
  }

  const OperatorBuild& build_;
  std::vector<Entry> entries_;
  NameScope names_;
  std::vector<SplitOutput> outputs_;
  bool ok_ = true;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) { return SplitBuilder(build).run(); }

constexpr std::string_view kExample = R"(topology: payments-by-method
sources:
  payments:
    topic: payments
    fields:
      payment_id: text
      method: text null
      amount: numeric(12,2)
steps:
  routed:
    from: payments
    split:
      large: amount >= 1000
      cards: method = 'card'
      rest: otherwise
sinks:
  large: {from: routed.large, topic: payments.large, key: payment_id}
  cards: {from: routed.cards, topic: payments.cards, key: payment_id}
  rest: {from: routed.rest, topic: payments.rest, key: payment_id}
tests:
  - name: a row goes to the first output whose condition it meets
    send:
      - payments: {payment_id: a, method: card, amount: 1000.00}
      - payments: {payment_id: b, method: card, amount: 1.00}
      - payments: {payment_id: c, method: null, amount: 2.00}
    expect:
      large: [{payment_id: a}]
      cards: [{payment_id: b}]
      rest: [{payment_id: c}]
)";

}  // namespace

PACTOLUS_REGISTER(split);
const OperatorSpec& split_spec() {
  static const OperatorSpec spec{
      .name = "split",
      .summary = "gives each row to the first of several outputs whose condition it meets",
      .guarantee =
          "keeps order, holds no state. Each row goes to one output at most: what meets no condition is "
          "counted as filtered, and a row of which a condition cannot be computed before another is met is a "
          "dead letter. A row of a changing table that is in another output after an update is taken back "
          "from the one where it was",
      .example = kExample,
      .takes_tables = true,
      .outputs = {.names = names_of_outputs, .passing = named_output_spec, .take_all = true},
      .keeps_columns = true,
      .fields = {},
      .build = build,
  };
  return spec;
}

}  // namespace pactolus

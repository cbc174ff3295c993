#include "operators/matching/pattern_builder.h"

#include <algorithm>
#include <numeric>

#include "config/map_reader.h"
#include "config/quantities.h"
#include "operators/aggregation/afresh_calls.h"
#include "operators/aggregation/call_binding.h"
#include "operators/expression_text.h"
#include "operators/key_columns.h"
#include "operators/matching/pattern_operator.h"
#include "operators/matching/stage_reader.h"
#include "operators/name_diagnostic.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

/// Of a group, so that those of one fit into an entry of the state.
constexpr int64_t kPartialMatchesMax = 1000;

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "columns whose values tell the groups apart in which matches are looked for; without, all "
                  "rows are one group"},
      {.name = "null_key",
       .kind = FieldKind::kChoice,
       .default_text = "group",
       .choices = {"group", "skip"},
       .summary = "whether rows with a NULL in `by` are a group, as in SQL, or take part in no match"},
      {.name = "within",
       .kind = FieldKind::kDuration,
       .required = true,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "how long a match may take from its first event to its last"},
      {.name = "between",
       .kind = FieldKind::kChoice,
       .default_text = "any",
       .choices = {"any", "none"},
       .summary = "which other rows of the group may lie between those of a match"},
      {.name = "after_match",
       .kind = FieldKind::kChoice,
       .default_text = "skip_past_last",
       .choices = {"skip_past_last", "next_row"},
       .summary = "where the next match may begin: behind the last row of this one, or at any other row"},
      {.name = "at_most",
       .kind = FieldKind::kInteger,
       .default_text = "100",
       .minimum = 1,
       .maximum = kPartialMatchesMax,
       .summary = "how many partial matches a group has"},
      {.name = "overflow",
       .kind = FieldKind::kChoice,
       .default_text = "drop_oldest",
       .choices = {"drop_oldest", "drop_newest", "dead_letter"},
       .summary = "what becomes of a row that would begin another one: the partial match that began first "
                  "goes, the row begins none, or it is a dead letter `too_many_matches`, too"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer rows wait for others that come late"},
      {.name = "sequence",
       .kind = FieldKind::kAny,
       .required = true,
       .summary = "the stages, one after the other: `- small: {when: amount < 5, times: 3}`"},
      {.name = "select",
       .kind = FieldKind::kExpressions,
       .summary = "columns of the result, made of the stages' rows"},
      repartition_field(),
  };
  return fields;
}

class PatternNode final : public OperatorNode {
 public:
  using Description = std::vector<std::pair<std::string, std::string>>;

  PatternNode(std::unique_ptr<const PatternProgram> program, std::optional<int32_t> partitions,
              Description description)
      : program_(std::move(program)), partitions_(partitions), description_(std::move(description)) {}

  const Schema& output() const override { return program_->output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns(program_->output.size());
    std::ranges::copy(program_->by, columns.begin());
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_->by; }
  EventTime next_boundary(EventTime watermark) const override {
    return program_->order.next_boundary(watermark);
  }
  bool results_by_row() const override { return false; }
  Duration delay() const override { return program_->order.delay(); }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Description describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return make_pattern(*program_, state);
  }

 private:
  std::unique_ptr<const PatternProgram> program_;
  std::optional<int32_t> partitions_;
  Description description_;
};

/// Puts the program together, and goes on after errors to find more of them. Lives for one build.
class PatternBuilder {
 public:
  explicit PatternBuilder(const OperatorBuild& build)
      : build_(build),
        input_(*build.inputs.front().schema),
        reader_(*build.node, fields(), *build.diagnostics),
        resolver_(aggregate_resolver()) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    if (!reader_.has("by") || reader_.names("by")) {
      KeyColumns key = find_key_columns(build_, reader_.names("by").value_or(std::vector<Name>{}));
      ok_ = ok_ && key.ok;
      by_ = std::move(key.columns);
      key_ = Schema(std::move(key.fields));
    }
    read_sequence();
    if (!written_.empty()) {
      for (size_t stage = 0; stage < written_.size(); ++stage) bind_condition(stage);
      bind_select();
    }
    if (!ok_) return nullptr;
    bind_calls();
    auto program = std::make_unique<PatternProgram>(make_program());
    describe(*program);
    return std::make_unique<PatternNode>(std::move(program), repartition_partitions(reader_),
                                         std::move(description_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  void read_sequence() {
    const auto sequence = reader_.node("sequence");
    if (!sequence) return;
    auto stages = read_stages(*sequence, reader_.text("between") == "none", *build_.diagnostics);
    ok_ = ok_ && stages;
    if (stages) written_ = *std::move(stages);
  }

  /// The stages that take rows as inputs, up to the one with that number among all.
  Scope stages_until(size_t last) const {
    Scope scope{{}, build_.constants, build_.hints};
    scope.are_stages = true;
    for (size_t i = 0; i < written_.size(); ++i) {
      const WrittenStage& stage = written_[i];
      if (stage.absent) {
        scope.unnamable_stages.emplace_back(stage.name.text,
                                            "the stage `" + stage.name.text + "` is absent: it has no rows");
      } else if (i > last) {
        scope.unnamable_stages.emplace_back(
            stage.name.text, "the stage `" + stage.name.text + "` comes later: it has no rows yet");
      } else {
        const auto rows = stage.at_most == 1 ? ScopeInput::kOneRow : ScopeInput::kSeveralRows;
        scope.inputs.push_back({stage.name.text, &input_, false, rows});
      }
    }
    return scope;
  }

  void bind_condition(size_t index) {
    const WrittenStage& written = written_[index];
    Scope scope = stages_until(index);
    if (written.absent) scope.inputs.push_back({written.name.text, &input_, false, {}});
    scope.inputs.back().rows = ScopeInput::kThisRow;
    const size_t own = scope.inputs.size() - 1;
    const size_t known = calls_.size();
    ExpressionPtr when = bind_aggregate_expression_as(written.when, scope, input_, resolver_, calls_,
                                                      kBooleanType, *build_.diagnostics);
    const bool reads_absent =
        written.absent && std::any_of(calls_.begin() + static_cast<ptrdiff_t>(known), calls_.end(),
                                      [&](const AggregateCall& call) { return call.stage == own; });
    if (reads_absent) {
      refuse(written.when.diagnostic(0, written.when.text.size(), "unnamable-stage",
                                     "the stage `" + written.name.text + "` is absent: it has no rows"));
    }
    ok_ = ok_ && when;
    if (!ok_) return;
    std::vector<size_t> columns;
    when->collect_columns(columns);
    std::ranges::sort(columns);
    columns.erase(std::ranges::unique(columns).begin(), columns.end());
    const auto values = std::ranges::lower_bound(columns, input_.size());
    const bool reads_own = std::any_of(
        values, columns.end(), [&](size_t column) { return calls_[column - input_.size()].stage == own; });
    StageCondition condition{std::move(when), {columns.begin(), values}, values == columns.end()};
    if (written.absent) {
      stages_.back().absent.push_back(std::move(condition));
    } else {
      stages_.push_back({written.name.text,
                         std::move(condition),
                         written.at_least,
                         written.at_most,
                         {},
                         afresh_program(build_.step, {}, {}),
                         {},
                         reads_own});
    }
  }

  void bind_select() {
    if (key_.find(kMatchedEvents)) refuse_matched_events(*reader_.node("by"));
    const auto items = reader_.expressions("select");
    if (!items) return;
    const Scope scope = stages_until(written_.size());
    for (const NamedExpression& item : *items) {
      if (key_.find(item.name.text)) {
        refuse(name_diagnostic(*build_.node, item.name, "duplicate-name",
                               "the result has the column `" + item.name.text + "` already",
                               "`by` columns are part of the result by themselves"));
      } else if (Schema({{kMatchedEvents, kJsonbType, false}}).find(item.name.text)) {
        refuse_matched_events(*reader_.node("select"));
      }
      ExpressionPtr expression =
          bind_aggregate_expression(item.expression, scope, key_, resolver_, calls_, *build_.diagnostics);
      ok_ = ok_ && expression;
      if (!expression) continue;
      selected_.push_back({item.name.text, expression->type(), expression->nullable()});
      select_.push_back(std::move(expression));
      description_select_.emplace_back(item.name.text, normal_text(item.expression));
    }
  }

  void refuse_matched_events(const Node& node) {
    refuse(node.diagnostic("duplicate-name",
                           std::string("the result has the column `") + kMatchedEvents + "` already",
                           "it names the events of the match: take another name"));
  }

  /// Gives the calls to their stages.
  void bind_calls() {
    const Schema no_key;
    std::vector<std::vector<BoundCall>> calls(stages_.size());
    std::vector<std::vector<StateField>> states(stages_.size());
    for (size_t i = 0; i < calls_.size(); ++i) {
      const size_t stage = calls_[i].stage;
      state_kind_ += "; " + calls_[i].text;
      collect_kept(calls_[i]);
      auto bound = bind_call(calls_[i], {build_.step, false, no_key});
      values_.push_back({"", bound->call.state().result_type(), true});
      calls[stage].push_back(std::move(bound->call));
      states[stage].push_back(std::move(bound->state));
      stages_[stage].values.push_back(i);
    }
    for (size_t stage = 0; stage < stages_.size(); ++stage)
      stages_[stage].calls = afresh_program(build_.step, std::move(calls[stage]), std::move(states[stage]));
    std::ranges::sort(kept_);
    kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
  }

  void collect_kept(const AggregateCall& call) {
    std::vector<size_t> columns;
    for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(columns);
    for (const OrderBy& order : call.order) order.key->collect_columns(columns);
    if (call.filter) call.filter->collect_columns(columns);
    for (size_t column : columns) kept_.push_back(column % input_.size());
  }

  static Schema concatenated(const Schema& first, const std::vector<Field>& second) {
    std::vector<Field> fields = first.fields();
    fields.insert(fields.end(), second.begin(), second.end());
    return Schema(std::move(fields));
  }

  PatternProgram make_program() {
    const Duration grace = *reader_.duration("grace");
    const Duration within = *reader_.duration("within");
    std::vector<size_t> all(input_.size());
    std::iota(all.begin(), all.end(), size_t{0});
    std::vector<Field> kept;
    for (size_t column : kept_) kept.push_back(input_[column]);
    std::vector<Field> stage_columns;
    for (size_t i = 0; i < stages_.size(); ++i)
      stage_columns.insert(stage_columns.end(), input_.fields().begin(), input_.fields().end());
    selected_.push_back({kMatchedEvents, kJsonbType, false});
    const StateField sequence = sequence_field(within, kept);
    const std::string slices = "tumbling " + to_string(time_order_slice(grace));
    return PatternProgram{
        .step = build_.step,
        .by = by_,
        .groups_nulls = reader_.text("null_key") == "group",
        .within = within,
        .consecutive = reader_.text("between") == "none",
        .skips_past_last = reader_.text("after_match") == "skip_past_last",
        .at_most = static_cast<size_t>(*reader_.integer("at_most")),
        .overflow = overflow(*reader_.text("overflow")),
        .order = time_order(build_.step, kWaitingTable, input_, std::move(all), grace, true),
        .stages = std::move(stages_),
        .input = input_,
        .kept = kept_,
        .rows = RowCodec(Schema(std::move(kept))),
        .values = RowCodec(Schema(values_)),
        .value_count = values_.size(),
        .tested = concatenated(input_, values_),
        .stage_columns = Schema(std::move(stage_columns)),
        .key = key_,
        .raw = concatenated(key_, values_),
        .select = std::move(select_),
        .output = concatenated(key_, selected_),
        .groups = TableLayout(build_.step, std::string(kGroupTable), false, key_,
                              {{"matches", "partial matches", 1, sizeof(BlobRef), {0}}, sequence}),
        .matches =
            TableLayout(build_.step, "matches", false, concatenated(key_, {{"number", kBigintType, false}}),
                        {{"rows", "rows of a match", 1, sizeof(BlobRef), {0}}, sequence}),
        .leaving = TableLayout(
            build_.step, std::string(kClosingTable), true, key_,
            {{"present", std::string(kPresenceKind), 1, sizeof(uint64_t), {}}, window_field(slices)}),
    };
  }

  /// All that decides what a partial match means.
  StateField sequence_field(Duration within, const std::vector<Field>& kept) const {
    std::string kind = "within " + to_string(within);
    for (const WrittenStage& stage : written_)
      kind += "; " + stage.name.text + " " + times_of(stage) + " " + normal_text(stage.when);
    kind += state_kind_;
    for (const Field& field : kept) kind += "; " + field.name + " " + to_string(field.type);
    return {"sequence", kind, 1, 0, {}};
  }

  static Overflow overflow(const std::string& text) {
    if (text == "drop_oldest") return Overflow::kDropOldest;
    return text == "drop_newest" ? Overflow::kDropNewest : Overflow::kDeadLetter;
  }

  static std::string times_of(const WrittenStage& stage) {
    if (stage.absent) return "absent";
    if (stage.at_most == 1) return "once";
    const std::string times = std::to_string(stage.at_least);
    return (stage.at_least == stage.at_most ? times : times + " to " + std::to_string(stage.at_most)) +
           " times";
  }

  void describe(const PatternProgram& program) {
    const std::string names = names_of(input_, by_);
    description_.emplace_back("by", names.empty() ? "all rows" : names);
    if (!program.groups_nulls) description_.emplace_back("null_key", "skip");
    description_.emplace_back("within", to_string(program.within));
    description_.emplace_back("between", *reader_.text("between"));
    description_.emplace_back("after_match", *reader_.text("after_match"));
    description_.emplace_back("partial matches", "up to " + std::to_string(program.at_most) +
                                                     " of a group, then " + *reader_.text("overflow"));
    if (program.order.grace > Duration{0}) description_.emplace_back("grace", to_string(program.order.grace));
    for (const WrittenStage& stage : written_)
      description_.emplace_back("stage " + stage.name.text, times_of(stage) + ": " + normal_text(stage.when));
    const std::string kept = names_of(input_, program.kept);
    description_.emplace_back("kept of a row", kept.empty() ? "where it lies" : kept + ", and where it lies");
    for (auto& item : description_select_) description_.push_back(std::move(item));
  }

  const OperatorBuild& build_;
  const Schema& input_;
  MapReader reader_;
  AggregateResolver resolver_;
  bool ok_ = true;
  std::vector<size_t> by_;
  Schema key_;
  std::vector<WrittenStage> written_;
  std::vector<Stage> stages_;
  std::vector<AggregateCall> calls_;
  std::vector<Field> values_;  // what they come to
  std::vector<size_t> kept_;
  std::string state_kind_;
  std::vector<ExpressionPtr> select_;
  std::vector<Field> selected_;
  PatternNode::Description description_select_;
  PatternNode::Description description_;
};

}  // namespace

std::span<const FieldSpec> pattern_fields() { return fields(); }

std::unique_ptr<const OperatorNode> build_pattern(const OperatorBuild& build) {
  return PatternBuilder(build).run();
}

}  // namespace pactolus

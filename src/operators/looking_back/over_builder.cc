#include "operators/looking_back/over_builder.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "aggregates/registry.h"
#include "config/map_reader.h"
#include "config/quantities.h"
#include "operators/aggregation/afresh_calls.h"
#include "operators/aggregation/call_binding.h"
#include "operators/expression_text.h"
#include "operators/key_columns.h"
#include "operators/looking_back/look_back_reader.h"
#include "operators/looking_back/over_operator.h"
#include "operators/name_diagnostic.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

/// Into how many segments the longest look-back is divided: events are kept for that much longer.
constexpr int64_t kSegments = 4;
/// Where no look-back is by time.
constexpr Duration kShortSegment = std::chrono::minutes{1};

/// `longest`: look-back by time, zero if there is none. One by rows may go back through all segments that are
/// kept, those of the grace among them.
Duration segment_of(Duration longest, bool by_rows, Duration grace) {
  const auto part_of = [](Duration time) { return Duration{(time.count() + kSegments - 1) / kSegments}; };
  const Duration segment = longest > Duration{0} ? part_of(longest) : kShortSegment;
  return by_rows ? std::max(segment, part_of(grace)) : segment;
}

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "columns whose values tell the groups apart that rows look back at; without, all rows are "
                  "one group"},
      {.name = "null_key",
       .kind = FieldKind::kChoice,
       .default_text = "group",
       .choices = {"group", "alone"},
       .summary = "whether rows with a NULL in `by` are a group, as in SQL, or each of them is alone"},
      {.name = "windows",
       .kind = FieldKind::kAny,
       .required = true,
       .summary = "how far calls look back, each under a name: `hour: 1h`, `ten: {last: 10 rows, exclude: "
                  "current}`"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer events are remembered, for rows that come late"},
      {.name = "emit",
       .kind = FieldKind::kChoice,
       .default_text = "on_arrival",
       .choices = {"on_arrival", "on_watermark"},
       .summary = "whether a row looks back at once, or when all that is earlier has come"},
      {.name = "add",
       .kind = FieldKind::kExpressions,
       .required = true,
       .summary = "columns to add; a name that the input has replaces that column in its place"},
      repartition_field(),
  };
  return fields;
}

class OverNode final : public OperatorNode {
 public:
  using Description = std::vector<std::pair<std::string, std::string>>;

  OverNode(std::unique_ptr<const OverProgram> program, std::optional<int32_t> partitions,
           Description description)
      : program_(std::move(program)), partitions_(partitions), description_(std::move(description)) {}

  const Schema& output() const override { return program_->output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns(program_->output.size());
    for (size_t i = 0; i < program_->input.size(); ++i) columns[i] = i;
    for (const AddedColumn& added : program_->added) columns[added.column] = std::nullopt;
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_->by; }
  EventTime next_boundary(EventTime watermark) const override {
    const EventTime next =
        program_->history.segments.next_closing(watermark, program_->grace + program_->kept_for);
    return program_->order ? std::min(next, program_->order->next_boundary(watermark)) : next;
  }
  bool results_by_row() const override { return !program_->order; }
  Duration delay() const override { return program_->order ? program_->order->delay() : Duration{0}; }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Description describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return make_over(*program_, state);
  }

 private:
  std::unique_ptr<const OverProgram> program_;
  std::optional<int32_t> partitions_;
  Description description_;
};

/// The calls of one window while they are sorted by how they are computed.
struct FrameDraft {
  struct Calls {
    std::vector<BoundCall> calls;
    std::vector<StateField> states;
    std::vector<size_t> columns;
    bool in_any_order = true;
  };
  std::array<Calls, FollowingCalls::kWays> following;  // by FollowingCalls::Way
  Calls afresh;
  std::optional<size_t> complete_column;
};

/// Puts the program together, and goes on after errors to find more of them. Lives for one build.
class OverBuilder {
 public:
  explicit OverBuilder(const OperatorBuild& build)
      : build_(build), input_(build.inputs.front()), reader_(*build.node, fields(), *build.diagnostics) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    if (!reader_.has("by") || reader_.names("by")) {
      KeyColumns key = find_key_columns(build_, reader_.names("by").value_or(std::vector<Name>{}));
      ok_ = ok_ && key.ok;
      by_ = std::move(key.columns);
      key_ = Schema(std::move(key.fields));
    }
    if (auto windows = reader_.node("windows")) read_windows(*windows);
    if (!windows_.empty()) bind_added();
    if (!ok_) return nullptr;
    auto program = std::make_unique<OverProgram>(make_program());
    describe(*program);
    return std::make_unique<OverNode>(std::move(program), repartition_partitions(reader_),
                                      std::move(description_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  void read_windows(const Node& node) {
    auto windows = read_look_backs(node, *build_.diagnostics);
    ok_ = ok_ && windows;
    if (windows) windows_ = *std::move(windows);
    drafts_.resize(windows_.size());
  }

  void bind_added() {
    const auto items = reader_.expressions("add");
    if (!items) return;
    AggregateResolver resolver = aggregate_resolver();
    for (const LookBack& window : windows_) resolver.windows.push_back(window.name);
    columns_ = input_.schema->fields();
    for (const NamedExpression& item : *items) bind_item(item, resolver);
  }

  void bind_item(const NamedExpression& item, const AggregateResolver& resolver) {
    ExpressionPtr expression = bind_aggregate_expression(item.expression, scope_of(build_), *input_.schema,
                                                         resolver, calls_, *build_.diagnostics);
    while (bound_ < calls_.size()) bind_call(calls_[bound_], item);
    if (!expression) {
      ok_ = false;
      return;
    }
    Field field{item.name.text, expression->type(), expression->nullable()};
    const std::optional<size_t> replaced = Schema(columns_).find(item.name.text);
    const size_t column = replaced.value_or(columns_.size());
    if (replaced) {
      columns_[column] = std::move(field);
    } else {
      columns_.push_back(std::move(field));
    }
    added_.push_back({column, std::move(expression)});
    description_added_.emplace_back(item.name.text, normal_text(item.expression));
  }

  /// Decides how the call is computed.
  void bind_call(AggregateCall& call, const NamedExpression& item) {
    const size_t column = input_.schema->size() + bound_++;
    const auto window = std::ranges::find(windows_, call.window, &LookBack::name);
    FrameDraft& draft = drafts_[static_cast<size_t>(window - windows_.begin())];
    if (call.function == kCompleteFunction) {
      raw_.push_back({"", kBooleanType, false});
      draft.complete_column = column;
      return;
    }
    // What came before the row is the last event, if the row itself is none of them.
    if (call.function == "lag" && !window->with_current) call.function = "last_value";
    collect_kept(call);
    const AggregateSpec& spec = *find_aggregate(call.function);
    if (spec.ignores_order) call.distinct = false;
    if (window->reach != LookBack::kRows && call.order.empty()) {
      if (auto bound = pactolus::bind_call(call, context(true))) {
        keep(*std::move(bound), column, draft.following[FollowingCalls::kGiveBack]);
        return;
      }
      if (!call.distinct && !call.within_group) {
        const bool merges = spec.ignores_order || spec.merges_in_order;
        FrameDraft::Calls& calls = draft.following[merges ? FollowingCalls::kMerge : FollowingCalls::kRead];
        calls.in_any_order = calls.in_any_order && spec.ignores_order;
        keep(*pactolus::bind_call(call, context(false)), column, calls);
        return;
      }
    }
    if (window->reach == LookBack::kUnbounded) {
      refuse(name_diagnostic(*build_.node, item.name, "unbounded-window",
                             "`" + call.text + "` would need all events for ever",
                             "let the window reach back for a time or a number of rows"));
    }
    keep(*pactolus::bind_call(call, context(false)), column, draft.afresh);
  }

  CallContext context(bool retracting) const { return {build_.step, false, key_, retracting}; }

  void keep(CallAndState bound, size_t column, FrameDraft::Calls& to) {
    raw_.push_back({"", bound.call.state().result_type(), true});
    to.calls.push_back(std::move(bound.call));
    to.states.push_back(std::move(bound.state));
    to.columns.push_back(column);
  }

  void collect_kept(const AggregateCall& call) {
    for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(kept_);
    for (const OrderBy& order : call.order) order.key->collect_columns(kept_);
    if (call.filter) call.filter->collect_columns(kept_);
  }

  OverProgram make_program() {
    std::ranges::sort(kept_);
    kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
    std::vector<Field> kept_fields;
    for (size_t column : kept_) kept_fields.push_back((*input_.schema)[column]);
    Duration longest{0};
    size_t rows = 0;
    for (const LookBack& window : windows_) {
      longest = std::max(longest, window.length);
      rows = std::max(rows, window.rows);
    }
    const Duration grace = *reader_.duration("grace");
    const Duration segment = segment_of(longest, rows > 0, grace);
    const std::string segments = "tumbling " + to_string(segment);
    std::optional<TimeOrder> order;
    Duration kept_for = (longest + segment - Duration{1}) / segment * segment;
    if (reader_.text("emit") == "on_watermark") {
      std::vector<size_t> all(input_.schema->size());
      std::iota(all.begin(), all.end(), size_t{0});
      order = time_order(build_.step, "waiting", *input_.schema, std::move(all), grace, true);
      kept_for += order->delay() - grace;  // rows may wait for so long after their time and grace
    }
    std::vector<FrameProgram> frames;
    for (size_t i = 0; i < windows_.size(); ++i)
      frames.push_back(make_frame(windows_[i], drafts_[i], segments));
    std::vector<Field> raw = input_.schema->fields();
    raw.insert(raw.end(), raw_.begin(), raw_.end());
    return OverProgram{
        .step = build_.step,
        .by = by_,
        .groups_nulls = reader_.text("null_key") == "group",
        .grace = grace,
        .order = std::move(order),
        .input = *input_.schema,
        .kept = kept_,
        .codec = RowCodec(Schema(std::move(kept_fields))),
        .states = states_.empty() ? std::nullopt
                                  : std::optional(TableLayout(build_.step, "windows", false, key_, states_)),
        .frames = std::move(frames),
        .history = {tumbling_windows(segment), segment, directory_layout(build_.step, key_, segments),
                    chunk_layout(build_.step, key_, segments)},
        .kept_for = kept_for,
        .tail = rows > 0 ? std::optional(tail_layout()) : std::nullopt,
        .tail_rows = rows,
        .beginning = TableLayout(build_.step, "beginning", false, Schema(),
                                 {{"time", std::string(kTimeKind), 1, sizeof(int64_t), {}}}),
        .raw = Schema(std::move(raw)),
        .output = Schema(std::move(columns_)),
        .added = std::move(added_),
    };
  }

  FrameProgram make_frame(const LookBack& window, FrameDraft& draft, const std::string& segments) {
    FrameProgram frame{
        .look_back = window,
        .following = {},
        .afresh = afresh_program(build_.step, std::move(draft.afresh.calls), std::move(draft.afresh.states)),
        .window = {},
        .base = {},
        .afresh_columns = std::move(draft.afresh.columns),
        .complete_column = draft.complete_column,
    };
    std::vector<StateField> states;
    for (const FrameDraft::Calls& calls : draft.following)
      states.insert(states.end(), calls.states.begin(), calls.states.end());
    if (states.empty()) return frame;
    const TableLayout parts = part_layout(build_.step, "parts of " + window.name, key_, segments, states);
    frame.until_field = states.size();
    frame.oldest_field = states.size() + 1;
    frame.latest_field = states.size() + 2;
    for (const char* time : {"until", "oldest", "latest"})
      states.push_back({time + (" of " + window.name), std::string(kPresenceKind), 1, sizeof(int64_t), {}});
    states.push_back({"window " + window.name, to_string(window), 1, 0, {}});
    keep_states(frame, states);
    frame.window = TableLayout(build_.step, "window " + window.name, false, key_, std::move(states));
    size_t first_field = 0;
    for (size_t way = 0; way < FollowingCalls::kWays; ++way) {
      FrameDraft::Calls& calls = draft.following[way];
      const size_t count = calls.calls.size();
      if (count == 0) continue;
      frame.following.push_back({
          .way = static_cast<FollowingCalls::Way>(way),
          .program = program_of_calls(build_.step, std::move(calls.calls), *frame.window, first_field),
          .columns = std::move(calls.columns),
          .in_any_order = calls.in_any_order,
          .parts = way == FollowingCalls::kMerge ? std::optional(parts) : std::nullopt,
      });
      first_field += count;
      if (way != FollowingCalls::kGiveBack && window.reach == LookBack::kUnbounded)
        frame.base = TableLayout(build_.step, "before " + window.name, false, key_, frame.window->fields());
    }
    return frame;
  }

  /// Puts the window's fields behind those of the others. Rows that were made without the window don't have
  /// any of them: it begins with the next row.
  void keep_states(FrameProgram& frame, const std::vector<StateField>& fields) {
    frame.offset = std::accumulate(states_.begin(), states_.end(), size_t{0},
                                   [](size_t bytes, const StateField& field) { return bytes + field.size; });
    for (const StateField& field : fields)
      states_.emplace_back(field).absent_with = "window " + frame.look_back.name;
  }

  TableLayout tail_layout() const {
    return TableLayout(build_.step, "last events", false, key_,
                       {{"events", "events", 1, sizeof(BlobRef), {0}}});
  }

  void describe(const OverProgram& program) {
    const std::string names = names_of(*input_.schema, by_);
    description_.emplace_back("by", names.empty() ? "all rows" : names);
    if (!program.groups_nulls) description_.emplace_back("null_key", "alone");
    for (const LookBack& window : windows_)
      description_.emplace_back("window " + window.name, to_string(window));
    description_.emplace_back("emit", program.order ? "on_watermark" : "on_arrival");
    if (program.grace > Duration{0}) description_.emplace_back("grace", to_string(program.grace));
    const std::string kept = names_of(*input_.schema, kept_);
    const Duration held = program.kept_for + program.history.segment;
    std::string until = ", for up to " + to_string(held + program.grace);
    if (program.tail) until += "; of each group's last " + std::to_string(program.tail_rows) + ", for ever";
    description_.emplace_back("kept of an event", (kept.empty() ? "its time" : kept) + until);
    for (auto& [name, text] : description_added_) description_.emplace_back(name, text);
  }

  const OperatorBuild& build_;
  const StepInput& input_;
  MapReader reader_;
  bool ok_ = true;
  std::vector<size_t> by_;
  Schema key_;
  std::vector<LookBack> windows_;
  std::vector<FrameDraft> drafts_;  // of windows_
  std::vector<StateField> states_;  // of all windows_
  std::vector<AggregateCall> calls_;
  size_t bound_ = 0;        // how many of calls_ are
  std::vector<Field> raw_;  // their results
  std::vector<size_t> kept_;
  std::vector<Field> columns_;
  std::vector<AddedColumn> added_;
  std::vector<std::pair<std::string, std::string>> description_added_;
  OverNode::Description description_;
};

}  // namespace

std::span<const FieldSpec> over_fields() { return fields(); }

std::unique_ptr<const OperatorNode> build_over(const OperatorBuild& build) {
  return OverBuilder(build).run();
}

}  // namespace pactolus

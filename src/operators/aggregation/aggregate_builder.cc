#include "operators/aggregation/aggregate_builder.h"

#include <algorithm>

#include "aggregates/registry.h"
#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "config/quantities.h"
#include "operators/aggregation/aggregate_node.h"
#include "operators/aggregation/call_binding.h"
#include "operators/expression_text.h"
#include "operators/key_columns.h"
#include "operators/name_diagnostic.h"
#include "operators/state_names.h"
#include "operators/windows/window_reader.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

bool mentions_event_time(const SourceText& expression) {
  return lower_case(expression.text).find("event_time") != std::string::npos;
}

std::vector<Field> concatenated(const Schema& group, const std::vector<Field>& rest) {
  std::vector<Field> fields = group.fields();
  fields.insert(fields.end(), rest.begin(), rest.end());
  return fields;
}

/// Puts a program together, and goes on after errors to find more of them. Lives for one build.
class AggregateBuilder {
 public:
  explicit AggregateBuilder(const OperatorBuild& build)
      : build_(build),
        input_(build.inputs.front()),
        reader_(*build.node, aggregate_fields(), *build.diagnostics) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    read_window();
    read_emit();
    read_by();
    if (!groups_known_) return nullptr;
    bind_select();
    if (ok_) bind_having();
    check_retraction();
    if (!ok_) return nullptr;
    // Without it, nobody knows that rows of a table stay in their window.
    std::vector<size_t> window_end;
    if (windowed_ && input_.is_table) window_end.push_back(*input_.window_end);
    return std::make_unique<AggregateNode>(make_program(), std::move(window_end),
                                           repartition_partitions(reader_), std::move(description_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  void read_ttl() {
    ttl_ = reader_.duration("ttl");
    if (!ttl_) return;
    const Node ttl = *reader_.node("ttl")->key();
    if (windowed_) {
      refuse(ttl.diagnostic("conflicting-keys", "`ttl` is for running tables",
                            "groups of a window are forgotten when it closes: leave `ttl` out"));
    } else if (!reader_.has("by")) {
      refuse(ttl.diagnostic("ttl-without-key", "`ttl` forgets groups: there is none to forget without `by`"));
    } else if (input_.is_table) {
      refuse(not_available(ttl, "`ttl` over a changing table",
                           "its groups go when all of their rows have gone"));
    } else if (every_) {
      refuse(not_available(ttl, "`ttl` beside `every`", "without `every`, each change goes out at once"));
    }
  }

  void read_window() {
    windowed_ = reader_.has("window") || reader_.has("windows");
    if (reader_.has("windows")) {
      read_named_windows(*reader_.node("windows"));
    } else if (windowed_) {
      add_windows("", reader_.map("window"), *reader_.node("window"));
    }
    if (windowed_ && input_.is_table && !input_.window_end) {
      refuse(reader_.node(has_names_ ? "windows" : "window")
                 ->key()
                 ->diagnostic(
                     "windows-over-running-table",
                     "`" + input_.name +
                         "` is a running table: which window a row was in before it changed is not known",
                     "leave the windows out, or give `" + input_.name +
                         "` windows of time and keep its column window_end"));
    }
    size_t overlap = 0;
    for (const NamedWindows& windows : windows_) overlap += windows.kind->overlap();
    if (overlap <= kBatchRowsMax) return;
    refuse(reader_.node(has_names_ ? "windows" : "window")
               ->key()
               ->diagnostic("out-of-range",
                            "a row may be in " + std::to_string(overlap) + " windows, " +
                                std::to_string(kBatchRowsMax) + " are the most",
                            "write a longer `every`"));
  }

  void read_named_windows(const Node& node) {
    has_names_ = true;
    if (reader_.has("window")) {
      refuse(node.key()->diagnostic("conflicting-keys", "`windows` cannot stand beside `window`",
                                    "give that one a name under `windows`, too"));
    }
    if (!node.is_map() || node.entries().empty()) {
      refuse(node.diagnostic("wrong-kind", "`windows` is a map of names", "write `minute: {tumbling: 1m}`"));
      return;
    }
    NameScope names;
    for (const Entry& entry : node.entries()) {
      if (!names.declare(entry.key, *build_.diagnostics)) ok_ = false;
      add_windows(entry.key.text(), MapReader(entry.value, window_fields(), *build_.diagnostics),
                  entry.value);
    }
  }

  void add_windows(const std::string& name, const MapReader& reader, const Node& node) {
    std::optional<WrittenWindows> windows = read_windows(reader, node, *build_.diagnostics);
    if (!windows) {
      ok_ = false;
      return;
    }
    if (!windows->kind && !name.empty()) {
      refuse(not_available(
          *node.key(),
          std::string(windows->sessions ? "sessions" : "windows of so many rows") + " beside other windows",
          "give them a step of their own"));
      return;
    }
    sessions_ = windows->sessions;
    window_rows_ = windows->rows;
    if (windows->kind) windows_.push_back({name, std::move(windows->kind)});
    description_windows_ +=
        (description_windows_.empty() ? "" : "; ") + (name.empty() ? "" : name + ": ") + windows->description;
  }

  void read_emit() {
    grace_ = reader_.duration("grace").value_or(Duration{0});
    read_late();
    every_ = reader_.duration("every");
    read_ttl();
    std::optional<std::string> emit = reader_.text("emit");
    changes_ = emit ? *emit == "changes" : !windowed_;
    if (reader_.has("early")) read_early();
    if (takes_in_order() && input_.is_table) {
      refuse(not_available(
          *reader_.node("window")->key(),
          std::string(sessions_ ? "sessions" : "windows of so many rows") + " over a changing table",
          "this release makes them of streams"));
      return;
    }
    if (every_ && input_.of_tables) {
      refuse(not_available(*reader_.node("every")->key(), "`every` over tables, which know no time,",
                           "without it, each change goes out"));
      return;
    }
    if (every_ && !changes_ && !early_) {
      refuse(reader_.node("every")->key()->diagnostic(
          "conflicting-keys", "`every` thins changes",
          "write `emit: changes` for results before the window ends"));
    }
    if (windowed_) return;
    if (emit == "final") {
      refuse(reader_.node("emit")->diagnostic("final-without-window", "`emit: final` needs a `window`",
                                              "a table without windows never ends: write `emit: changes`"));
    }
    if (reader_.has("grace")) {
      refuse(
          reader_.node("grace")->key()->diagnostic("grace-without-window", "`grace` needs a `window`",
                                                   "a table without windows takes every row, however late"));
    }
  }

  /// Changes that are thinned, and then the final results.
  void read_early() {
    early_ = reader_.duration("early");
    const Node early = *reader_.node("early")->key();
    if (!windowed_) {
      refuse(early.diagnostic("early-without-window", "`early` needs a `window`",
                              "a table without windows has no final results: `every` thins its changes"));
    } else if (changes_ || every_) {
      refuse(early.diagnostic(
          "conflicting-keys", "`early` gives results before the final one",
          "leave `emit` and `every` out, or `early`: `emit: changes` with `every` marks none as final"));
    } else if (input_.is_table) {
      refuse(not_available(early, "`early` over a changing table", "`emit: changes` with `every` is"));
    }
    if (!ok_) return;
    changes_ = true;
    every_ = early_;
  }

  void read_late() {
    amends_late_ = reader_.text("late") == "amend";
    if (!reader_.has("late")) return;
    const Node late = *reader_.node("late");
    if (!windowed_) {
      refuse(late.key()->diagnostic("late-without-window", "`late` needs a `window`",
                                    "a table without windows takes every row, however late"));
    } else if (amends_late_ && takes_in_order()) {
      refuse(late.diagnostic(
          "cannot-amend",
          sessions_ ? "a late row may join sessions that have closed: no amendment of one of them says that"
                    : "a late row would move into another window each row of its group behind it",
          "give it a longer `grace`, or read the dead letters `late`, which have the row"));
    } else if (amends_late_ && input_.is_table) {
      refuse(not_available(late, "`late: amend` over a changing table",
                           "without it, rows that are late are dead letters"));
    }
  }

  void read_by() {
    if (reader_.has("by") && !reader_.names("by")) return;
    KeyColumns columns = find_key_columns(build_, reader_.names("by").value_or(std::vector<Name>{}));
    groups_known_ = columns.known;
    ok_ = ok_ && columns.ok;
    by_ = std::move(columns.columns);
    std::vector<Field> key = std::move(columns.fields);
    const Schema by(key);
    const auto add_window_column = [&](const char* name, Type type) {
      if (by.find(name)) {
        refuse(build_.node->diagnostic("duplicate-name",
                                       "the result would have two columns `" + std::string(name) + "`",
                                       "rename the `by` column in a `project` step before"));
      }
      key.push_back({name, type, false});
    };
    if (early_ && by.find(kIsFinal)) add_window_column(kIsFinal, kBooleanType);
    if (has_names_) add_window_column("window_name", kTextType);
    if (window_rows_) add_window_column("window_number", kBigintType);
    if (!sessions_) key_ = Schema(key);
    if (windowed_) {
      add_window_column("window_start", kTimestamptzType);
      if (sessions_) key_ = Schema(key);
      add_window_column("window_end", kTimestamptzType);
    }
    group_ = Schema(std::move(key));
  }

  void bind_select() {
    std::optional<std::vector<NamedExpression>> items = reader_.expressions("select");
    if (!items) return;
    AggregateResolver resolver = aggregate_resolver();
    for (const NamedExpression& item : *items) bind_item(item, *items, resolver);
    std::vector<Field> results;
    for (const BoundCall& call : bound_) results.push_back({"", call.state().result_type(), true});
    check_grown_texts();
    raw_ = Schema(concatenated(group_, results));
    output_ = Schema(concatenated(group_, selected_));
  }

  /// Texts that grow with the rows must leave an entry room for its key and the others.
  void check_grown_texts() {
    size_t bytes = 0;
    for (const BoundCall& call : bound_) bytes += call.grown_bytes();
    if (bytes <= kEntryBytesMax / 2) return;
    refuse(reader_.node("select")->key()->diagnostic(
        "too-much-state",
        "the texts that the aggregates gather may need " + std::to_string(bytes / 1024) +
            " KiB, a group has " + std::to_string(kEntryBytesMax / 2 / 1024) + " KiB for them",
        "split them between several steps"));
  }

  void bind_item(const NamedExpression& item, const std::vector<NamedExpression>& siblings,
                 const AggregateResolver& resolver) {
    const bool is_finality = early_ && lower_case(item.name.text) == kIsFinal;
    if (group_.find(item.name.text) || is_finality) {
      refuse(name_diagnostic(*build_.node, item.name, "duplicate-name",
                             "the result has the column `" + item.name.text + "` already",
                             "`by` columns, window_name, window_number, window_start, window_end and, with "
                             "`early`, is_final are part of the result by themselves"));
      return;
    }
    Scope scope = scope_of(build_);
    for (const NamedExpression& sibling : siblings) {
      if (&sibling == &item || input_.schema->find(sibling.name.text)) continue;
      scope.hints.emplace_back(
          sibling.name.text, "`" + sibling.name.text + "` is made in this very step: use it in a next step");
    }
    ExpressionPtr expression =
        bind_aggregate_expression(item.expression, scope, group_, resolver, calls_, *build_.diagnostics);
    bind_calls(item);
    if (!expression) {
      ok_ = false;
      return;
    }
    selected_.push_back({item.name.text, expression->type(), expression->nullable()});
    select_.push_back(std::move(expression));
    reads_event_time_ = reads_event_time_ || mentions_event_time(item.expression);
    description_select_.emplace_back(item.name.text, normal_text(item.expression));
  }

  /// Binds the calls that an item brought along.
  void bind_calls(const NamedExpression& item) {
    const CallContext context{build_.step, has_window_tables(), key_, input_.is_table, input_.is_table};
    while (bound_.size() < calls_.size()) {
      AggregateCall& call = calls_[bound_.size()];
      std::optional<CallAndState> bound = bind_call(call, context);
      if (!bound) {
        refuse_retraction(call, item);
        bound = bind_call(call, {build_.step, windowed_, key_});
      }
      bound_.push_back(std::move(bound->call));
      states_.push_back(std::move(bound->state));
    }
  }

  void refuse_retraction(const AggregateCall& call, const NamedExpression& item) {
    const bool rounds = find_aggregate(call.function)->retraction == Retraction::kUnlessDouble;
    refuse(item.expression.diagnostic(
        0, item.expression.text.size(), "cannot-take-back",
        "rows of the changing table `" + input_.name + "` cannot be taken back from `" + call.text + "`",
        rounds ? "what doubles have lost by rounding does not come back: use numeric"
               : "what can be taken back: count, sum, avg, min, max, bool_and, bool_or, variances of exact "
                 "numbers, also with DISTINCT, percentiles and mode()"));
  }

  void bind_having() {
    std::optional<SourceText> text = reader_.expression("having");
    if (!text) return;
    Scope scope{{{build_.step, &output_}}, build_.constants, build_.hints};
    for (const Field& field : input_.schema->fields()) {
      scope.hints.emplace_back(field.name, "`having` sees the result: add the column under `select`");
    }
    having_ = bind_expression_as(*text, scope, kBooleanType, *build_.diagnostics);
    ok_ = ok_ && having_;
    reads_event_time_ = reads_event_time_ || mentions_event_time(*text);
    having_text_ = normal_text(*text);
  }

  void check_retraction() {
    if (!changes_ || windowed_ || !by_.empty() || !reader_.has("having")) return;
    refuse(reader_.node("having")->key()->diagnostic(
        "having-without-key", "`having` cannot take back the only row of a table that has no key",
        "group `by` something, or use a `filter` before"));
  }

  /// A table has a window for each window end.
  bool has_window_tables() const { return windowed_ && !takes_in_order(); }
  /// Its windows are made of rows in the order of their event times.
  bool takes_in_order() const { return sessions_ || window_rows_; }

  std::unique_ptr<const AggregateProgram> make_program() {
    describe();
    if (early_) {
      selected_.push_back({kIsFinal, kBooleanType, false});
      output_ = Schema(concatenated(group_, selected_));
    }
    if (input_.is_table) states_.push_back({"rows", "count(*)", 1, sizeof(uint64_t), {}});
    const size_t first = states_.size();
    if (takes_in_order()) {
      states_.push_back({"first", std::string(kTimeKind), 1, sizeof(int64_t), {}});
      states_.push_back({"last", std::string(kTimeKind), 1, sizeof(int64_t), {}});
    }
    if (ttl_) states_.push_back({"last", std::string(kTimeKind), 1, sizeof(int64_t), {}});
    if (windowed_) states_.push_back(window_field(description_windows_));
    std::unique_ptr<AggregateProgram> program(new AggregateProgram{
        .step = build_.step,
        .by = std::move(by_),
        .windows = has_window_tables() ? std::optional<Windows>(std::move(windows_)) : std::nullopt,
        .grace = grace_,
        .amends_late = amends_late_,
        .emit_changes = changes_,
        .thinning = thinning(),
        .calls = std::move(bound_),
        .select = std::move(select_),
        .having = std::move(having_),
        .key = key_,
        .group = std::move(group_),
        .raw = std::move(raw_),
        .output = std::move(output_),
        .select_reads_event_time = reads_event_time_,
        .layout =
            TableLayout(build_.step, std::string(kGroupTable), has_window_tables(), key_, std::move(states_)),
        .over_table = input_.is_table,
    });
    if (sessions_) program->sessions = session_program(*program, first);
    if (window_rows_) program->counting = counting_program(*program, first);
    program->slicing = slicing_of(*program);
    if (ttl_) program->expiry = expiry(first);
    return program;
  }

  TimeOrder order_of(const AggregateProgram& program) const {
    return time_order(build_.step, kWaitingTable, *input_.schema, program.columns_used(), grace_);
  }

  CountingProgram counting_program(const AggregateProgram& program, size_t first) const {
    std::vector<Field> group = key_.fields();
    group.pop_back();  // window_number
    std::vector<StateField> last{{"number", std::string(kPresenceKind), 1, sizeof(int64_t), {}},
                                 {"rows", std::string(kPresenceKind), 1, sizeof(int64_t), {}},
                                 window_field(description_windows_)};
    return {
        *window_rows_, order_of(program),
        TableLayout(build_.step, std::string(kOpenTable), false, Schema(std::move(group)), std::move(last)),
        first, first + 1};
  }

  /// Looked at in slices of a 64th of the ttl.
  Expiry expiry(size_t last) const {
    StateField presence{"group", std::string(kPresenceKind), 1, sizeof(uint64_t), {}};
    return {*ttl_, tumbling_windows(std::max(*ttl_ / 64, Duration{kWindowMicrosMin})),
            TableLayout(build_.step, std::string(kClosingTable), true, key_, {std::move(presence)}), last};
  }

  SessionProgram session_program(const AggregateProgram& program, size_t first) const {
    std::vector<Field> group = key_.fields();
    group.pop_back();  // window_start
    StateField start{"start", std::string(kTimeKind), 1, sizeof(int64_t), {}};
    StateField presence{"open", std::string(kPresenceKind), 1, sizeof(uint64_t), {}};
    const StateField windows = window_field(description_windows_);
    return {
        *sessions_,
        order_of(program),
        TableLayout(build_.step, std::string(kOpenTable), false, Schema(std::move(group)), {start, windows}),
        TableLayout(build_.step, std::string(kClosingTable), true, key_, {presence, windows}),
        first,
        first + 1};
  }

  std::optional<Thinning> thinning() const {
    if (!every_) return std::nullopt;
    StateField row{"row", std::string(kRowKind), 1, sizeof(BlobRef), {0}};
    StateField presence{"changed", std::string(kPresenceKind), 1, sizeof(uint64_t), {}};
    std::vector<Field> key;
    if (has_window_tables()) key.push_back({"of_window", kTimestamptzType, false});
    for (const Field& field : key_.fields()) key.push_back(field);
    std::vector<Field> shown;
    if (takes_in_order()) shown.assign(group_.fields().begin() + key_.size(), group_.fields().end());
    shown.insert(shown.end(), selected_.begin(), selected_.end());
    return Thinning{
        tumbling_windows(*every_), Schema(std::move(shown)),
        TableLayout(build_.step, std::string(kEmittedTable), has_window_tables(), key_, {std::move(row)}),
        TableLayout(build_.step, std::string(kPendingTable), true, Schema(std::move(key)),
                    {std::move(presence)}),
        early_.has_value()};
  }

  void describe() {
    const std::string names = names_of(*input_.schema, by_);
    description_.emplace_back("by", names.empty() ? "all rows" : names);
    description_.emplace_back(has_names_ ? "windows" : "window",
                              windowed_ ? description_windows_ : "none, a running table");
    if (windowed_) description_.emplace_back("grace", to_string(grace_));
    if (amends_late_) description_.emplace_back("late", "amend");
    description_.emplace_back("emit", changes_ && !early_ ? "changes" : "final");
    if (early_) description_.back().second += ", before that every " + to_string(*early_);
    if (every_ && !early_) description_.back().second += " every " + to_string(*every_);
    if (ttl_) description_.emplace_back("ttl", to_string(*ttl_));
    for (auto& [name, text] : description_select_) description_.emplace_back(name, text);
    if (!having_text_.empty()) description_.emplace_back("having", having_text_);
  }

  const OperatorBuild& build_;
  const StepInput& input_;
  MapReader reader_;
  bool ok_ = true;
  bool groups_known_ = false;  // the `by` columns exist: what depends on them can be checked
  bool windowed_ = false;
  bool has_names_ = false;  // its windows
  std::vector<NamedWindows> windows_;
  std::optional<Sessions> sessions_;
  std::optional<int64_t> window_rows_;
  std::string description_windows_;
  Duration grace_{0};
  bool amends_late_ = false;
  bool changes_ = false;
  std::optional<Duration> every_;
  std::optional<Duration> early_;
  std::optional<Duration> ttl_;
  std::vector<size_t> by_;
  Schema key_, group_, raw_, output_;
  std::vector<AggregateCall> calls_;
  std::vector<BoundCall> bound_;    // of calls_
  std::vector<StateField> states_;  // of calls_, and which windows they are of
  std::vector<Field> selected_;
  std::vector<ExpressionPtr> select_;
  ExpressionPtr having_;
  bool reads_event_time_ = false;
  std::string having_text_;
  std::vector<std::pair<std::string, std::string>> description_select_;
  AggregateNode::Description description_;
};

}  // namespace

std::unique_ptr<const OperatorNode> build_aggregate(const OperatorBuild& build) {
  return AggregateBuilder(build).run();
}

}  // namespace pactolus

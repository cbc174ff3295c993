#include "topology/graph.h"

#include <algorithm>
#include <map>

#include "base/nearest_name.h"
#include "operators/name_diagnostic.h"
#include "operators/tables/newest_rows.h"
#include "operators/tables/table_changes.h"

namespace pactolus {
namespace {

/// Rows of one key of the step's table may come out of several tasks: its rows are brought together by
/// columns that are no part of the key, and may change.
bool moves_rows(const OperatorNode& node, size_t inputs) {
  if (!node.is_table()) return false;
  for (size_t input = 0; input < inputs; ++input) {
    const std::optional<std::vector<size_t>> by = node.co_located_by(input);
    if (!by) return false;  // rows stay where they are
    const std::vector<std::optional<size_t>> copied = node.copied_from(input);
    std::vector<size_t> key;
    for (size_t column : node.key_columns()) {
      if (copied[column]) key.push_back(*copied[column]);
    }
    const auto is_key = [&](size_t column) { return std::ranges::find(key, column) != key.end(); };
    if (std::ranges::all_of(*by, is_key)) return false;
  }
  return true;
}

/// The operations that take changing tables, for people.
std::string table_takers() {
  std::string names;
  for (const OperatorSpec* spec : registered(static_cast<const OperatorSpec*>(nullptr))) {
    if (spec->takes_tables) names += (names.empty() ? "`" : ", `") + std::string(spec->name) + "`";
  }
  return names;
}

class GraphBuilder {
 public:
  GraphBuilder(Draft& draft, ReadContext& context)
      : draft_(draft), diagnostics_(context.diagnostics), progress_(draft.steps.size(), kNew) {}

  void run() {
    for (StepDraft& step : draft_.steps) {
      for (StreamReference& input : step.inputs) {
        if (step.output == 0) resolve(step.key, input);
      }
      draft_.graph_known = draft_.graph_known && step.spec != nullptr;
    }
    for (SinkDraft& sink : draft_.sinks) {
      if (sink.from) resolve(sink.key, *sink.from);
      draft_.graph_known = draft_.graph_known && sink.from;
    }
    const size_t written = draft_.steps.size();
    for (size_t step = 0; step < written; ++step) visit(step);
    for (SinkDraft& sink : draft_.sinks) {
      if (sink.from) follow(*sink.from);
    }
  }

 private:
  enum Progress : uint8_t { kNew, kOpen, kDone };

  void resolve(const Node& user, StreamReference& reference) {
    reference.stream = draft_.find_stream(reference.name.text);
    if (reference.stream) return check_own_rows(user, reference);
    draft_.graph_known = false;
    diagnostics_.add(
        name_diagnostic(user, reference.name, "unknown-stream",
                        "there is no source and no step `" + reference.name.text + "`",
                        name_hint(reference.name.text, draft_.stream_names(), "sources and steps")));
  }

  /// Of a step that gives all its rows to outputs, one of these has to be named.
  void check_own_rows(const Node& user, const StreamReference& reference) {
    if (!draft_.is_step(*reference.stream)) return;
    const StepDraft& step = draft_.step_of(*reference.stream);
    if (step.spec == nullptr || !step.spec->outputs.take_all) return;
    draft_.graph_known = false;
    std::string outputs;
    for (const StepDraft& other : draft_.steps) {
      const bool is_its_own = other.output > 0 && other.inputs.front().stream == reference.stream;
      if (is_its_own) outputs += (outputs.empty() ? "`" : ", `") + other.name + "`";
    }
    diagnostics_.add(name_diagnostic(user, reference.name, "several-outputs",
                                     "the rows of `" + step.name + "` go to its outputs",
                                     outputs.empty() ? "" : "name one of them: " + outputs));
  }

  /// Builds a step after its inputs.
  void visit(size_t index) {
    if (progress_[index] != kNew) return;
    progress_[index] = kOpen;
    path_.push_back(index);
    // Steps may be put in on the way: none is held on to.
    for (size_t i = 0; i < draft_.steps[index].inputs.size(); ++i) {
      const StreamReference input = draft_.steps[index].inputs[i];
      if (!input.stream || !draft_.is_step(*input.stream)) continue;
      size_t before = *input.stream - draft_.sources.size();
      if (progress_[before] == kOpen) {
        report_loop(before, draft_.steps[index], input);
      } else {
        visit(before);
      }
    }
    path_.pop_back();
    progress_[index] = kDone;
    follow_tables(index);
    build(draft_.steps[index]);
    const StepDraft& step = draft_.steps[index];
    if (!step.node || !moves_rows(*step.node, step.inputs.size())) return;
    // Rows of windows are forgotten with these, which who numbers them could not.
    if (!draft_.window_end_of(*step.inputs.front().stream)) number_rows(index);
  }

  /// Where rows of a table may move to other partitions, they are numbered before the step, and behind it the
  /// newest of each key goes on: whoever follows the step follows that.
  void number_rows(size_t index) {
    const Node key = draft_.steps[index].key;
    StreamReference table = draft_.steps[index].inputs.front();
    // Numbering remembers the rows as well.
    if (draft_.is_step(*table.stream) && draft_.step_of(*table.stream).spec == &table_changes_spec())
      table = draft_.step_of(*table.stream).inputs.front();
    const Node table_key =
        draft_.is_step(*table.stream) ? draft_.step_of(*table.stream).key : draft_.sources[*table.stream].key;
    const size_t numbered =
        put_in(numbered_changes_spec(), table_key, "-of-" + draft_.steps[index].name, table);
    draft_.steps[index].inputs.front().stream = numbered;
    build(draft_.steps[index]);
    const size_t moving = draft_.stream_of_step(index);
    stands_for_[moving] = put_in(newest_rows_spec(), key, "-newest", {Name(key), moving, nullptr});
  }

  void follow(StreamReference& reference) const {
    if (!reference.stream) return;
    const auto other = stands_for_.find(*reference.stream);
    if (other != stands_for_.end()) reference.stream = other->second;
  }

  /// A source that is a table says what its rows are; whoever wants to know what they were follows the step
  /// that remembers them.
  void follow_tables(size_t index) {
    for (StreamReference& input : draft_.steps[index].inputs) follow(input);
    const OperatorSpec* spec = draft_.steps[index].spec;
    if (spec == nullptr || !spec->takes_tables || spec->takes_table_sources) return;
    for (size_t i = 0; i < draft_.steps[index].inputs.size(); ++i) {
      const std::optional<size_t> stream = draft_.steps[index].inputs[i].stream;
      if (stream && draft_.is_table_source(*stream) && !draft_.is_global(*stream))
        draft_.steps[index].inputs[i].stream = changes_of(*stream);
    }
  }

  /// The step that remembers a table's rows, put in where it is wanted first.
  size_t changes_of(size_t source) {
    const Node key = draft_.sources[source].key;
    for (size_t i = 0; i < draft_.steps.size(); ++i) {
      const StepDraft& step = draft_.steps[i];
      if (step.spec == &table_changes_spec() && step.inputs.front().stream == source)
        return draft_.stream_of_step(i);
    }
    return put_in(table_changes_spec(), key, "-table", {Name(key), source, nullptr});
  }

  size_t put_in(const OperatorSpec& spec, const Node& key, std::string suffix, StreamReference input) {
    const std::string name = draft_.stream_name(*input.stream);  // that of what it stands for
    draft_.steps.push_back(
        {.key = key, .name = name, .suffix = std::move(suffix), .spec = &spec, .inputs = {std::move(input)}});
    progress_.push_back(kDone);
    build(draft_.steps.back());
    return draft_.stream_count() - 1;
  }

  void report_loop(size_t first, const StepDraft& step, const StreamReference& input) {
    draft_.graph_known = false;
    // path_ goes against the stream: each step takes its rows from the next one.
    std::string loop = draft_.steps[first].name;
    for (size_t i = path_.size(); i-- > 0;) {
      loop += " → " + draft_.steps[path_[i]].name;
      if (path_[i] == first) break;
    }
    diagnostics_.add(name_diagnostic(step.key, input.name, "loop", "the steps form a loop: " + loop,
                                     "rows flow from sources to sinks, never back"));
  }

  void build(StepDraft& step) {
    if (step.spec == nullptr || step.inputs.empty()) return;
    OperatorBuild build{.step = step.full_name(),
                        .node = step.operation ? &*step.operation : nullptr,
                        .inputs = {},
                        .constants = draft_.constants,
                        .hints = {},
                        .diagnostics = &diagnostics_};
    bool known = true;
    step.of_tables = true;
    for (const StreamReference& input : step.inputs) {
      const Schema* schema = input.stream ? draft_.schema_of(*input.stream) : nullptr;
      known = known && schema != nullptr;
      if (!known) continue;
      check_table(step, input);
      build.inputs.push_back(draft_.input_of(input));
      step.of_tables = step.of_tables && build.inputs.back().of_tables;
    }
    step.is_tried = known;
    if (known) step.node = step.spec->build(build);
  }

  static bool is_looked_up_in(const StepDraft& step, const StreamReference& input) {
    return step.spec->name == "join" && &input != &step.inputs.front();
  }

  void check_repartitioning(const StepDraft& step, const StreamReference& table) {
    const std::optional<Node> repartition = step.operation->find("repartition");
    if (!repartition || !draft_.is_global(*table.stream)) return;
    diagnostics_.add(repartition->key()->diagnostic(
        "conflicting-keys",
        "nothing is repartitioned: every task has the whole of `" + draft_.stream_name(*table.stream) + "`",
        "leave `repartition` out"));
  }

  void check_table(const StepDraft& step, const StreamReference& input) {
    const bool is_source = draft_.is_table_source(*input.stream);
    if (!step.is_written()) return;
    const std::string name = draft_.stream_name(*input.stream);
    if (draft_.is_global(*input.stream) && !is_looked_up_in(step, input)) {
      diagnostics_.add(name_diagnostic(
          step.key, input.name, "global-table",
          "`" + name + "` is global, so a `join` can name it as its `table`, and no other step takes it",
          "every task has all of its rows, and each would hand them on; without `global` they come once"));
      return;
    }
    if (draft_.is_global(*input.stream) && draft_.is_table(*step.inputs.front().stream)) {
      diagnostics_.add(
          name_diagnostic(step.key, input.name, "not-available",
                          "a join of a table with the global table `" + name + "` is not available yet",
                          "without `global`, rows of both tables are brought together"));
      return;
    }
    check_repartitioning(step, input);
    if (step.spec->takes_tables || !draft_.is_table(*input.stream)) return;
    if (step.spec->name == "union") {
      diagnostics_.add(name_diagnostic(
          step.key, input.name, "union-of-tables", "a `union` cannot take the changing table `" + name + "`",
          "rows of several inputs may have the same key, and nobody could tell which of them a change "
          "is about"));
      return;
    }
    diagnostics_.add(name_diagnostic(
        step.key, input.name, "not-available",
        "`" + std::string(step.spec->name) + "` over " +
            (is_source ? "a source that is a table is not available yet: `" + name + "` has a `primary_key`"
                       : "a changing table is not available yet: rows of `" + name + "` replace each other"),
        "in this release " + table_takers() + " and sinks can follow it" +
            (is_source ? "; without `primary_key` it is a stream of records"
                       : "; what is done with a stream has to stand before the table is made")));
  }

  Draft& draft_;
  Diagnostics& diagnostics_;
  std::vector<Progress> progress_;
  std::vector<size_t> path_;             // the steps that are open
  std::map<size_t, size_t> stands_for_;  // streams of steps, and who follows them for all others
};

void mark_in_use(const Draft& draft, size_t stream, std::vector<bool>& used) {
  if (used[stream]) return;
  used[stream] = true;
  if (!draft.is_step(stream)) return;
  for (const StreamReference& input : draft.step_of(stream).inputs) mark_in_use(draft, *input.stream, used);
}

}  // namespace

void connect(Draft& draft, ReadContext& context) { GraphBuilder(draft, context).run(); }

std::vector<bool> streams_in_use(const Draft& draft) {
  std::vector<bool> used(draft.stream_count());
  for (const SinkDraft& sink : draft.sinks) mark_in_use(draft, *sink.from->stream, used);
  return used;
}

void warn_of_unused(const Draft& draft, Diagnostics& diagnostics) {
  std::vector<bool> used = streams_in_use(draft);
  for (size_t stream = 0; stream < draft.stream_count(); ++stream) {
    bool is_sound =
        draft.is_step(stream) ? draft.step_of(stream).node != nullptr : draft.sources[stream].plan != nullptr;
    const bool is_put_in = draft.is_step(stream) && !draft.step_of(stream).is_written();
    if (used[stream] || !is_sound || is_put_in) continue;
    const bool is_output = draft.is_step(stream) && draft.step_of(stream).output > 0;
    if (is_output && !used[*draft.step_of(stream).inputs.front().stream]) continue;
    const Node& key = draft.is_step(stream) ? draft.step_of(stream).key : draft.sources[stream].key;
    const std::string kind = is_output ? "output" : draft.is_step(stream) ? "step" : "source";
    Diagnostic finding = key.diagnostic(
        "unused", "the " + kind + " `" + draft.stream_name(stream) +
                      "` leads to no sink: " + (is_output ? "its rows are dropped" : "it is left out"));
    finding.severity = Severity::kWarning;
    diagnostics.add(std::move(finding));
  }
}

}  // namespace pactolus

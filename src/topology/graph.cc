#include "topology/graph.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

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
    for (size_t step = 0; step < draft_.steps.size(); ++step) visit(step);
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
    StepDraft& step = draft_.steps[index];
    for (const StreamReference& input : step.inputs) {
      if (!input.stream || !draft_.is_step(*input.stream)) continue;
      size_t before = *input.stream - draft_.sources.size();
      if (progress_[before] == kOpen) {
        report_loop(before, step, input);
      } else {
        visit(before);
      }
    }
    path_.pop_back();
    progress_[index] = kDone;
    build(step);
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
    OperatorBuild build{.step = step.name,
                        .node = &*step.operation,
                        .inputs = {},
                        .constants = draft_.constants,
                        .hints = {},
                        .diagnostics = &diagnostics_};
    bool known = true;
    for (const StreamReference& input : step.inputs) {
      const Schema* schema = input.stream ? draft_.schema_of(*input.stream) : nullptr;
      known = known && schema != nullptr;
      if (!known) continue;
      check_table(step, input);
      build.inputs.push_back(draft_.input_of(input));
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
    std::string name = draft_.stream_name(*input.stream);
    if (draft_.is_global(*input.stream) && !is_looked_up_in(step, input)) {
      diagnostics_.add(name_diagnostic(
          step.key, input.name, "global-table",
          "`" + name + "` is global, so a `join` can name it as its `table`, and no other step takes it",
          "every task has all of its rows, and each would hand them on; without `global` they come once"));
      return;
    }
    check_repartitioning(step, input);
    if (draft_.is_table_source(*input.stream)) {
      if (step.spec->takes_table_sources) return;
      diagnostics_.add(name_diagnostic(
          step.key, input.name, "not-available",
          "`" + std::string(step.spec->name) + "` over a source that is a table is not available yet: `" +
              name + "` has a `primary_key`",
          "in this release a `join` can name it as its `table`, and sinks can follow it"));
      return;
    }
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
        "`" + std::string(step.spec->name) + "` over a changing table is not available yet: `" + name +
            "` has `emit: changes`",
        "in this release " + table_takers() + " and sinks can follow such a step"));
  }

  Draft& draft_;
  Diagnostics& diagnostics_;
  std::vector<Progress> progress_;
  std::vector<size_t> path_;  // the steps that are open
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
    if (used[stream] || !is_sound) continue;
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

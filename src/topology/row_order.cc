#include "topology/row_order.h"

#include <algorithm>
#include <set>

#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

/// Sources whose rows come out of a stream at once when they are read. What a window's close gives comes by
/// itself.
using Origins = std::set<size_t>;

class RowOrderCheck {
 public:
  RowOrderCheck(const Draft& draft, Diagnostics& diagnostics)
      : draft_(draft), diagnostics_(diagnostics), origins_(draft.stream_count()) {}

  void run() {
    for (const StepDraft& step : draft_.steps) check_inputs(step);
    for (size_t i = 0; i < draft_.sinks.size(); ++i) check_sink(i);
  }

 private:
  const Origins& origins_of(size_t stream) {
    std::optional<Origins>& origins = origins_[stream];
    if (origins) return *origins;
    Origins found;
    if (!draft_.is_step(stream)) {
      if (!draft_.is_global(stream)) found.insert(stream);  // its rows come out of no step
    } else if (const StepDraft& step = giver_of(stream);
               step.node && (step.node->results_by_row() || draft_.step_of(stream).output > 0)) {
      for (const StreamReference& input : step.inputs) found.merge(Origins(origins_of(*input.stream)));
    }
    origins = std::move(found);
    return *origins;
  }

  /// The step that makes a stream's rows: what a named output passes on is another one's.
  const StepDraft& giver_of(size_t stream) const {
    const StepDraft& step = draft_.step_of(stream);
    return step.output > 0 ? draft_.step_of(*step.inputs.front().stream) : step;
  }

  /// A source from which both streams have rows.
  std::optional<size_t> shared_origin(size_t a, size_t b) {
    const Origins& others = origins_of(b);
    for (size_t origin : origins_of(a)) {
      if (others.contains(origin)) return origin;
    }
    return std::nullopt;
  }

  void check_inputs(const StepDraft& step) {
    const std::string operation(step.spec->name);
    for (size_t i = 1; i < step.inputs.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        std::optional<size_t> source = shared_origin(*step.inputs[i].stream, *step.inputs[j].stream);
        if (!source) continue;
        diagnostics_.add(name_diagnostic(
            step.key, step.inputs[i].name, "not-available",
            "a " + operation + " of two streams that have rows of one source is not available yet: both `" +
                step.inputs[j].name.text + "` and `" + step.inputs[i].name.text + "` have those of `" +
                draft_.stream_name(*source) + "`",
            operation == "union"
                ? "one `filter` with OR, or one `project` with CASE, does the same in one step"
                : "write one of them to a topic, and read both in a topology of its own"));
        return;
      }
    }
  }

  void check_sink(size_t index) {
    const SinkDraft& sink = draft_.sinks[index];
    for (size_t i = 0; i < index; ++i) {
      const SinkDraft& other = draft_.sinks[i];
      bool same_topic = sink.plan && other.plan && sink.plan->topic == other.plan->topic;
      if (!same_topic || !shared_origin(*sink.from->stream, *other.from->stream)) continue;
      diagnostics_.add(sink.key.diagnostic(
          "not-available",
          "two sinks that write rows of one source to one topic are not available yet: `" + other.key.text() +
              "` writes to `" + sink.plan->topic + "` too",
          "give each a topic of its own"));
      return;
    }
  }

  const Draft& draft_;
  Diagnostics& diagnostics_;
  std::vector<std::optional<Origins>> origins_;  // by stream, as far as asked for
};

}  // namespace

void check_row_order(const Draft& draft, Diagnostics& diagnostics) {
  RowOrderCheck(draft, diagnostics).run();
}

}  // namespace pactolus

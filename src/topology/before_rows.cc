#include "topology/before_rows.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

class WantedRows {
 public:
  explicit WantedRows(const Draft& draft) : draft_(draft), wanted_(draft.stream_count()) {}

  std::vector<bool> run() {
    std::vector<bool> result;
    for (size_t stream = 0; stream < wanted_.size(); ++stream) result.push_back(of(stream));
    return result;
  }

 private:
  bool of(size_t stream) {
    if (wanted_[stream]) return *wanted_[stream];
    bool wanted = false;
    for (size_t i = 0; i < draft_.steps.size() && draft_.is_table(stream); ++i) {
      const StepDraft& step = draft_.steps[i];
      const bool reads = std::ranges::find(step.inputs, std::optional(stream), &StreamReference::stream) !=
                         step.inputs.end();
      wanted = wanted || (reads && step.node && step.node->takes_before_rows(of(draft_.stream_of_step(i))));
    }
    wanted_[stream] = wanted;
    return wanted;
  }

  const Draft& draft_;
  std::vector<std::optional<bool>> wanted_;
};

bool mentions_event_time(const Node& node) {
  if (node.is_scalar()) return lower_case(node.text()).find("event_time") != std::string::npos;
  if (node.is_sequence()) return std::ranges::any_of(node.items(), mentions_event_time);
  if (!node.is_map()) return false;
  return std::ranges::any_of(node.entries(), [](const Entry& e) { return mentions_event_time(e.value); });
}

/// A table whose before-rows have the time of the row that replaces them.
bool is_running(const Draft& draft, size_t stream) {
  return draft.is_table(stream) && !draft.window_end_of(stream);
}

}  // namespace

std::vector<bool> before_rows_wanted(const Draft& draft) { return WantedRows(draft).run(); }

void check_before_rows(const Draft& draft, Diagnostics& diagnostics) {
  const std::vector<bool> wanted = before_rows_wanted(draft);
  for (size_t i = 0; i < draft.steps.size(); ++i) {
    const StepDraft& step = draft.steps[i];
    if (!step.node || step.output > 0 || !step.operation || !mentions_event_time(*step.operation)) continue;
    const size_t input = *step.inputs.front().stream;
    const size_t output = draft.stream_of_step(i);
    // What a projection made of a row before is shown to nobody, unless somebody behind wants it.
    const bool takes = is_running(draft, input) && (wanted[output] || step.spec->name != "project");
    if (!takes && !(is_running(draft, output) && wanted[output])) continue;
    diagnostics.add(step.key.diagnostic(
        "time-of-changing-row",
        takes ? "`" + step.name +
                    "` looks at the `event_time()` of a running table's rows, which is "
                    "not known of what a row was before"
              : "a running table that other steps follow cannot show the `event_time()` of its rows: it is "
                "not known of what a row was before",
        "keep the time in a column: aggregate a column of the rows, such as `max(paid_at)`"));
  }
}

}  // namespace pactolus

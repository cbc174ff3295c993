#include "operators/aggregation/amendments.h"

#include <algorithm>
#include <set>

#include "base/check.h"

namespace pactolus {
namespace {

constexpr size_t kOutput = 1;  // the step's only named one

/// The rows of `missed`, ascending, each once.
std::vector<uint32_t> rows_of(std::span<const Amendments::Missed> missed) {
  std::vector<uint32_t> rows;
  for (const Amendments::Missed& one : missed) {
    if (rows.empty() || rows.back() != one.row) rows.push_back(one.row);
  }
  return rows;
}

}  // namespace

Amendments::Amendments(const AggregateProgram& program)
    : program_(program), table_(scratch_.declare(program.layout)), arguments_(program, scratch_) {}

std::vector<RowError> Amendments::emit(const ColumnBatch& batch, std::span<const Missed> missed,
                                       StepCounts& counts, OperatorOutput& out) {
  ColumnBatch late = batch;
  late.selection = rows_of(missed);
  PACTOLUS_CHECK(arguments_.evaluate(late).empty(), "a late row's arguments cannot be computed");
  std::vector<RowError> refused;
  for (size_t begin = 0, end = 0; begin < missed.size(); begin = end) {
    // A group of a window that comes again needs a state of its own again.
    std::set<std::pair<EventTime, std::string_view>> seen;
    while (end < missed.size() && seen.emplace(missed[end].window_end, missed[end].key).second) ++end;
    const std::span<const Missed> distinct = missed.subspan(begin, end - begin);
    GroupResults results = compute(batch, distinct);
    for (RowError& error : results.failed) {
      error.row = distinct[error.row].row;
      if (refused.empty() || refused.back().row != error.row) refused.push_back(std::move(error));
    }
    counts.results_by_row += results.results.selection.size();
    if (!results.results.selection.empty()) out.emit_to(kOutput, std::move(results.results));
  }
  arguments_.clear();
  return refused;
}

/// Of rows of which no two are of the same group and window.
GroupResults Amendments::compute(const ColumnBatch& batch, std::span<const Missed> missed) {
  auto system = std::make_shared<SystemColumns>();
  for (const Missed& one : missed) {
    HotTable& groups = table_.window(one.window_end);
    std::byte* state = groups.touch(one.key);
    arguments_.add({one.window_end, {&one.row, 1}, {&one.key, 1}, {&state, 1}}, groups.heap());
    system->event_time.push_back(last_moment(one.window_end));
    system->row_watermark.push_back(batch.system->row_watermark[one.row] - program_.grace);
  }
  std::vector<GroupState> states;
  for (const Missed& one : missed)
    states.push_back({one.key, one.window_end, table_.find_window(one.window_end)->find(one.key)});
  GroupResults results = compute_results(program_, arguments_, states, std::move(system), Having::kIgnored);
  mark_final(program_, true, results);  // nothing changes it any more
  for (uint32_t row = 0; row < results.outcomes.size(); ++row) {
    if (results.outcomes[row] == GroupResults::kVisible) results.results.selection.push_back(row);
  }
  scratch_.rollback();
  return results;
}

std::vector<Node> names_of_amendments(const Node& operation) {
  for (const Entry& entry : operation.entries()) {
    if (entry.key.text() == "late" && entry.value.text() == "amend") return {entry.key};
  }
  return {};
}

}  // namespace pactolus

#include "operators/aggregation/final_aggregate.h"

#include <algorithm>

#include "base/check.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/group_results.h"
#include "state/group_scan.h"

namespace pactolus {
namespace {

std::shared_ptr<const SystemColumns> system_columns(size_t rows, EventTime time) {
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(rows, time);
  system->row_watermark.assign(rows, time);
  return system;
}

class FinalAggregate final : public AggregateOperator {
 public:
  using AggregateOperator::AggregateOperator;

  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override;
  void resume(const CloseCursor& cursor) override;

 private:
  /// A window whose results are going out.
  struct Closing {
    EventTime end;
    GroupScan groups;
  };

  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void begin_close(EventTime end, std::optional<std::string> after);
  void emit_slice(std::span<const StateGroup> groups, OperatorOutput& out);
  void emit_results(GroupResults results, OperatorOutput& out);

  std::optional<Closing> closing_;
  std::vector<std::byte*> states_;  // scratch of accumulate()
};

void FinalAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const RowError& error : refused()) out.dead_letter(batch, error);
  for (const WindowRows& window : windows()) {
    states_.resize(window.keys.size());
    HotTable& groups = table().window(window.end);
    groups.touch(window.keys, states_);
    arguments().add({window.end, window.rows, window.keys, states_}, groups.heap());
  }
}

void FinalAggregate::begin_close(EventTime end, std::optional<std::string> after) {
  HotTable* groups = table().find_window(end);
  PACTOLUS_CHECK(groups != nullptr, "a window without state was closed");
  closing_.emplace(Closing{end, GroupScan(*groups, std::move(after))});
}

bool FinalAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (!closing_) begin_close(table().first_window_end(), std::nullopt);
  PACTOLUS_CHECK(program().due(closing_->end) == due, "a window was closed at another time than it was due");
  emit_slice(closing_->groups.next(std::min(std::max<size_t>(rows_max, 1), kBatchRowsMax)), out);
  if (!closing_->groups.done()) return false;
  close(closing_->end);
  closing_.reset();
  return true;
}

void FinalAggregate::emit_slice(std::span<const StateGroup> groups, OperatorOutput& out) {
  if (groups.empty()) return;
  std::vector<GroupState> states;
  states.reserve(groups.size());
  for (const StateGroup& group : groups) states.push_back({group.key, closing_->end, group.row});
  emit_results(compute_results(program(), arguments(), states,
                               system_columns(states.size(), last_moment(closing_->end))),
               out);
}

void FinalAggregate::emit_results(GroupResults results, OperatorOutput& out) {
  for (const RowError& error : results.failed) out.dead_letter(results.groups, error);
  counts.dead_results += results.failed.size();
  std::vector<uint32_t>& visible = results.results.selection;
  for (uint32_t row = 0; row < results.outcomes.size(); ++row) {
    if (results.outcomes[row] == GroupResults::kVisible) visible.push_back(row);
  }
  counts.results_by_close += visible.size();
  counts.results_withheld += results.outcomes.size() - visible.size() - results.failed.size();
  if (!visible.empty()) out.emit(std::move(results.results));
}

void FinalAggregate::set_watermark(EventTime watermark) {
  closing_.reset();
  AggregateOperator::set_watermark(watermark);
}

std::optional<CloseCursor> FinalAggregate::cursor() const {
  if (!closing_) return std::nullopt;
  return CloseCursor{program().step, closing_->end, closing_->groups.last_key().value_or("")};
}

void FinalAggregate::resume(const CloseCursor& cursor) { begin_close(cursor.window_end, cursor.last_key); }

}  // namespace

std::unique_ptr<Operator> make_final_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<FinalAggregate>(program, state);
}

}  // namespace pactolus

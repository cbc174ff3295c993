#include "operators/aggregation/final_aggregate.h"

#include "base/check.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/group_results.h"
#include "operators/windows/closing_window.h"

namespace pactolus {
namespace {

class FinalAggregate final : public AggregateOperator {
 public:
  FinalAggregate(const AggregateProgram& program, StateStore& state)
      : AggregateOperator(program, state), closing_(table()) {}

  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override { return closing_.cursor(program().step); }
  void resume(const CloseCursor& cursor) override { closing_.resume(cursor); }

 private:
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void emit_slice(std::span<const StateGroup> groups, OperatorOutput& out);

  ClosingWindow closing_;  // whose results are going out
};

void FinalAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const WindowRows& window : windows()) update_groups(batch, window);
  for (const RowError& error : refused()) out.dead_letter(batch, error);
}

bool FinalAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  const std::span<const StateGroup> groups = closing_.next(rows_max);
  PACTOLUS_CHECK(program().due(closing_.end()) == due, "a window was closed at another time than it was due");
  emit_slice(groups, out);
  if (!closing_.done()) return false;
  close(closing_.end());
  closing_.forget();
  return true;
}

void FinalAggregate::emit_slice(std::span<const StateGroup> groups, OperatorOutput& out) {
  if (groups.empty()) return;
  std::vector<GroupState> states;
  states.reserve(groups.size());
  for (const StateGroup& group : groups) states.push_back({group.key, closing_.end(), group.row});
  emit_results_of_window(program(), arguments(), states, counts, out);
}

void FinalAggregate::set_watermark(EventTime watermark) {
  closing_.forget();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_final_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<FinalAggregate>(program, state);
}

}  // namespace pactolus

#include "operators/aggregation/aggregate_node.h"

#include <algorithm>
#include <limits>

#include "operators/aggregation/changing_aggregate.h"
#include "operators/aggregation/final_aggregate.h"

namespace pactolus {

AggregateNode::AggregateNode(std::unique_ptr<const AggregateProgram> program,
                             std::optional<int32_t> partitions, Description description)
    : program_(std::move(program)), partitions_(partitions), description_(std::move(description)) {}

std::vector<size_t> AggregateNode::key_columns() const {
  if (!program_->emit_changes) return {};
  std::vector<size_t> key;
  for (size_t i = 0; i < program_->by.size(); ++i) key.push_back(i);
  if (program_->window) key.push_back(program_->by.size());  // window_start
  return key;
}

std::vector<std::optional<size_t>> AggregateNode::copied_from(size_t) const {
  std::vector<std::optional<size_t>> columns(program_->by.begin(), program_->by.end());
  columns.resize(program_->output.size());
  return columns;
}

EventTime AggregateNode::next_boundary(EventTime watermark) const {
  if (!program_->window) return EventTime::max();
  // Far before the first year there is: the sums below stay clear of EventTime::min().
  constexpr EventTime kBeforeAllRows{std::numeric_limits<int64_t>::min() / 2};
  return program_->due(program_->window_end(std::max(watermark, kBeforeAllRows) - program_->grace));
}

std::optional<std::vector<size_t>> AggregateNode::columns_used(size_t) const {
  std::vector<size_t> columns = program_->by;
  for (const BoundCall& call : program_->calls) {
    for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(columns);
    if (call.filter) call.filter->collect_columns(columns);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::unique_ptr<Operator> AggregateNode::instantiate(StateStore& state) const {
  return program_->emit_changes ? make_changing_aggregate(*program_, state)
                                : make_final_aggregate(*program_, state);
}

}  // namespace pactolus

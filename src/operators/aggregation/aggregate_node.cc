#include "operators/aggregation/aggregate_node.h"

#include <algorithm>
#include <numeric>

#include "operators/aggregation/changing_aggregate.h"
#include "operators/aggregation/counting_aggregate.h"
#include "operators/aggregation/final_aggregate.h"
#include "operators/aggregation/session_aggregate.h"
#include "operators/aggregation/sliced_aggregate.h"
#include "operators/aggregation/table_aggregate.h"
#include "operators/aggregation/thinned_aggregate.h"

namespace pactolus {

AggregateNode::AggregateNode(std::unique_ptr<const AggregateProgram> program, std::vector<size_t> also_used,
                             std::optional<int32_t> partitions, Description description)
    : program_(std::move(program)),
      also_used_(std::move(also_used)),
      partitions_(partitions),
      description_(std::move(description)) {}

std::vector<size_t> AggregateNode::key_columns() const {
  if (!program_->emit_changes) return {};
  size_t columns = program_->key.size();
  if (program_->windows) columns += program_->windows->shares_starts() ? 2 : 1;  // window_start, window_end
  std::vector<size_t> key(columns);
  std::iota(key.begin(), key.end(), 0U);
  return key;
}

std::optional<size_t> AggregateNode::window_end_column() const {
  return program_->windows ? std::optional(program_->group.size() - 1) : std::nullopt;
}

std::vector<std::optional<size_t>> AggregateNode::copied_from(size_t) const {
  std::vector<std::optional<size_t>> columns(program_->by.begin(), program_->by.end());
  columns.resize(program_->output.size());
  return columns;
}

EventTime AggregateNode::next_boundary(EventTime watermark) const {
  EventTime next = EventTime::max();
  if (const TimeOrder* order = program_->order()) next = order->next_boundary(watermark);
  if (program_->windows) next = program_->windows->next_closing(watermark, program_->grace);
  if (program_->thinning)
    next = std::min(next, program_->thinning->ticks.next_closing(watermark, Duration{0}));
  if (program_->expiry) next = std::min(next, program_->expiry->ticks.next_closing(watermark, Duration{0}));
  return next;
}

Duration AggregateNode::delay() const {
  const TimeOrder* order = program_->order();
  return order != nullptr ? order->delay() : program_->grace;
}

std::optional<std::vector<size_t>> AggregateNode::columns_used(size_t) const {
  std::vector<size_t> columns = program_->columns_used();
  columns.insert(columns.end(), also_used_.begin(), also_used_.end());
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::unique_ptr<Operator> AggregateNode::instantiate(StateStore& state) const {
  if (program_->counting) return make_counting_aggregate(*program_, state);
  if (program_->sessions) return make_session_aggregate(*program_, state);
  if (program_->slicing) return make_sliced_aggregate(*program_, state);
  if (program_->thinning) return make_thinned_aggregate(*program_, state);
  if (program_->emit_changes && program_->over_table) return make_table_aggregate(*program_, state);
  return program_->emit_changes ? make_changing_aggregate(*program_, state)
                                : make_final_aggregate(*program_, state);
}

}  // namespace pactolus

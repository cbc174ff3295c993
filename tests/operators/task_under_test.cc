#include "task_under_test.h"

#include <algorithm>

#include "state/row_image.h"

namespace pactolus {

TaskUnderTest::TaskUnderTest(const OperatorNode& node, const Schema& input)
    : node_(node), input_(input), operator_(node.instantiate(state_)) {}

void TaskUnderTest::send(const std::vector<InputRow>& rows) {
  std::vector<InputRow> pending;
  EventTime seen = watermark_;
  for (const InputRow& row : rows) {
    pending.push_back(row);
    if (row.watermark != INT64_MIN) seen = std::max(seen, at_second(row.watermark));
    if (pending.size() < batch_rows && seen < node_.next_boundary(watermark_)) continue;
    send(make_batch(input_, pending));
    pending.clear();
    advance(seen);
  }
  if (!pending.empty()) send(make_batch(input_, pending));
  advance(seen);
}

void TaskUnderTest::send(const ColumnBatch& batch) { operator_->process(batch, 0, output_); }

void TaskUnderTest::advance(EventTime watermark) {
  while (operator_->next_due() <= watermark && operator_->next_due() < EventTime::max()) {
    EventTime due = operator_->next_due();
    while (!operator_->fire(due, slice_rows, output_)) {
    }
  }
  watermark_ = watermark;
  operator_->set_watermark(watermark);
}

void TaskUnderTest::commit() {
  state_.commit();
  committed_output_ = output_;
  committed_watermark_ = watermark_;
  committed_counts_ = operator_->counts;
}

void TaskUnderTest::rollback() {
  state_.rollback();
  output_ = committed_output_;
  watermark_ = committed_watermark_;
  operator_->counts = committed_counts_;
  operator_->set_watermark(watermark_);
}

std::string TaskUnderTest::state_bytes() {
  std::string bytes;
  for (const auto& table : state_.tables()) {
    for (EventTime end : table->window_ends()) {
      HotTable& window = *table->find_window(end);
      bytes += "[" + std::to_string(end.micros()) + "]";
      for (const auto& place : window.sorted_entries()) {
        StateGroup group = window.group_of(*place.item);
        bytes += std::string(group.key) + "=";
        append_row_image(table->layout(), group.row, bytes);
      }
    }
  }
  return bytes;
}

}  // namespace pactolus

#include "task_under_test.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "state/row_image.h"

namespace pactolus {

TaskUnderTest::TaskUnderTest(const OperatorNode& node, const Schema& input)
    : node_(node), input_(input), operator_(node.instantiate(state_)) {}

void TaskUnderTest::send(const std::vector<InputRow>& rows) {
  std::vector<InputRow> pending;
  EventTime seen = watermark_;
  for (const InputRow& row : rows) {
    if (!pending.empty() && pending.back().input != row.input) {
      send(pending.back().input, make_batch(input_, pending));
      pending.clear();
      advance(seen);
    }
    pending.push_back(row);
    if (row.watermark != INT64_MIN) seen = std::max(seen, at_second(row.watermark));
    if (row.change == Change::kReplaced) continue;  // nobody cuts a pair
    if (pending.size() < batch_rows && seen < node_.next_boundary(watermark_)) continue;
    send(row.input, make_batch(input_, pending));
    pending.clear();
    advance(seen);
  }
  if (!pending.empty()) send(pending.back().input, make_batch(input_, pending));
  advance(seen);
}

void TaskUnderTest::send(const ColumnBatch& batch) { send(0, batch); }

void TaskUnderTest::send(size_t input, const ColumnBatch& batch) {
  operator_->process(batch, input, output_);
}

void TaskUnderTest::advance(EventTime watermark) {
  while (operator_->next_due() <= watermark && operator_->next_due() < EventTime::max()) {
    EventTime due = operator_->next_due();
    while (!operator_->fire(due, slice_rows, output_)) {
      if (resumes) resume();
    }
  }
  watermark_ = watermark;
  operator_->set_watermark(watermark);
}

void TaskUnderTest::resume() {
  const std::optional<CloseCursor> cursor = operator_->cursor();
  REQUIRE(cursor);
  operator_->set_watermark(watermark_);
  operator_->resume(*cursor);
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
      for (const auto& place : *window.sorted_entries()) {
        StateGroup group = window.group_of(*place.item);
        bytes += std::string(group.key) + "=";
        append_row_image(table->layout(), group.row, bytes);
      }
    }
  }
  return bytes;
}

StepCounts compare_with_disk(const OperatorNode& node, const Schema& input, uint32_t seed,
                             const RowsAt& rows_at, size_t slice_rows, uint64_t MemoryDisk::*read) {
  std::mt19937 random(seed);
  auto disk = std::make_shared<MemoryDisk>();
  TaskUnderTest task(node, input);
  TaskUnderTest in_memory(node, input);
  task.state().attach(make_memory_disk_tier(disk),
                      std::vector<StateTable::StoredWindows>(task.state().tables().size()));
  task.slice_rows = slice_rows;
  for (int now = 0; now < 300; ++now) {
    const std::vector<InputRow> rows = rows_at(now, random);
    task.send(rows);
    in_memory.send(rows);
    task.commit();
    if (random() % 2 == 0) continue;
    REQUIRE(task.state().checkpoint("mark").ok());
    task.state().evict(0);
  }
  CHECK_FALSE(task.state().failure());
  CHECK((*disk).*read > 0);
  CHECK(task.output().rows() == in_memory.output().rows());
  CHECK(task.op().counts == in_memory.op().counts);
  return task.op().counts;
}

}  // namespace pactolus

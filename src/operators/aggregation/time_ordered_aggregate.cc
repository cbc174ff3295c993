#include "operators/aggregation/time_ordered_aggregate.h"

#include <cstring>
#include <map>
#include <utility>

#include "base/check.h"
#include "operators/state_time.h"

namespace pactolus {

void TimeOrderedAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const RowError& error : refused()) out.dead_letter(batch, error);
}

void TimeOrderedAggregate::take_rows(size_t rows_max, OperatorOutput& out) {
  const EventTime slice_end = rows_.slice_end();
  const ColumnBatch batch = rows_.take(rows_max);
  PACTOLUS_CHECK(arguments().evaluate(batch).empty(), "what could be computed fails now");
  const std::span<const std::string_view> groups = encode_keys(batch);
  open().load(groups);
  window_keys_.clear();
  states_.clear();
  transitions_.clear();
  if (program().emit_changes) images_.resize(2 * batch.rows() * program().layout.row_size());
  images_used_ = 0;
  for (uint32_t row = 0; row < batch.rows(); ++row) {
    const EventTime time = batch.system->event_time[row];
    const RowWindow window = window_of(groups[row], time, slice_end, key_);
    window_keys_.bytes() += key_;
    window_keys_.end_row();
    if (program().emit_changes) {
      add_with_change(row, time, window);
    } else {
      put_time(time, window.state + last_offset());
      states_.push_back(window.state);
    }
  }
  keys_.clear();
  for (size_t i = 0; i < window_keys_.size(); ++i) keys_.push_back(window_keys_[i]);
  if (program().emit_changes) {
    emit_changes_of(batch, out);
  } else {
    arguments().add({EventTime::max(), batch.selection, keys_, states_}, windows_of_groups().heap());
  }
  arguments().clear();
}

/// Its key is in key_.
void TimeOrderedAggregate::add_with_change(uint32_t row, EventTime time, const RowWindow& window) {
  RowTransition transition;
  if (!window.begins) {
    transition.end_before = end_of(window.state);
    transition.before = copied(window.state);
  }
  put_time(time, window.state + last_offset());
  const std::string_view key = key_;
  arguments().add({EventTime::max(), {&row, 1}, {&key, 1}, {&window.state, 1}}, windows_of_groups().heap());
  transition.window_end = end_of(window.state);
  transition.after = copied(window.state);
  transitions_.push_back(transition);
}

void TimeOrderedAggregate::emit_changes_of(const ColumnBatch& batch, OperatorOutput& out) {
  std::map<std::string_view, uint32_t> latest;
  for (uint32_t row = 0; row < transitions_.size(); ++row) {
    transitions_[row].key = keys_[row];
    const auto [entry, is_first] = latest.try_emplace(keys_[row], row);
    if (!is_first) transitions_[row].previous = std::exchange(entry->second, row);
  }
  // They come when the watermark has reached the rows.
  StepCounts by_row;
  emit_changes(program(), arguments(), batch, batch.selection, transitions_, {}, before_rows, by_row, out);
  counts.results_by_close += by_row.results_by_row;
  counts.results_withheld += by_row.results_withheld;
  counts.dead_results += by_row.dead_results;
}

/// A later row changes it.
const std::byte* TimeOrderedAggregate::copied(const std::byte* row) {
  std::byte* copy = images_.data() + images_used_;
  std::memcpy(copy, row, program().layout.row_size());
  images_used_ += program().layout.row_size();
  return copy;
}

void TimeOrderedAggregate::erase_window(std::string_view key) {
  arguments().erase_group(key);
  windows_of_groups().erase(key);
}

void TimeOrderedAggregate::set_watermark(EventTime watermark) {
  rows_.set_watermark(watermark);
  AggregateOperator::set_watermark(watermark);
}

}  // namespace pactolus

#include "operators/aggregation/time_ordered_aggregate.h"

#include "base/check.h"

namespace pactolus {

void TimeOrderedAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const RowError& error : refused()) out.dead_letter(batch, error);
}

void TimeOrderedAggregate::take_rows(size_t rows_max) {
  const EventTime slice_end = rows_.slice_end();
  const ColumnBatch batch = rows_.take(rows_max);
  PACTOLUS_CHECK(arguments().evaluate(batch).empty(), "what could be computed fails now");
  const std::span<const std::string_view> groups = encode_keys(batch);
  open().load(groups);
  window_keys_.clear();
  states_.clear();
  for (uint32_t row = 0; row < batch.rows(); ++row) {
    states_.push_back(window_of(groups[row], batch.system->event_time[row], slice_end, key_));
    window_keys_.bytes() += key_;
    window_keys_.end_row();
  }
  keys_.clear();
  for (size_t i = 0; i < window_keys_.size(); ++i) keys_.push_back(window_keys_[i]);
  arguments().add({EventTime::max(), batch.selection, keys_, states_}, windows_of_groups().heap());
  arguments().clear();
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

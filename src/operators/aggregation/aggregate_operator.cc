#include "operators/aggregation/aggregate_operator.h"

#include <algorithm>

#include "config/quantities.h"
#include "data/key_encoding.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

std::string text_of(EventTime time) {
  std::string text;
  append_rfc3339(time.micros(), text);
  return text;
}

/// The operator's own watermark is not named: at a given row, it depends on where batches end.
std::string late_message(const AggregateProgram& program, EventTime end, EventTime row_watermark) {
  std::string message = "the window " + text_of(end - *program.window) + " to " + text_of(end);
  if (program.grace > Duration{0}) message += " with a grace of " + to_string(program.grace);
  message += " was closed: ";
  if (program.due(end) > row_watermark) {
    return message + "the row's partition had been idle, and the others had gone on";
  }
  if (row_watermark == EventTime::max()) return message + "the input had ended";
  return message + "the watermark of the row's partition was " + text_of(row_watermark) + ", " +
         to_string(row_watermark - program.due(end)) + " beyond";
}

}  // namespace

AggregateOperator::AggregateOperator(const AggregateProgram& program, StateStore& state)
    : program_(program), table_(state.declare(program.layout)), arguments_(program) {}

void AggregateOperator::process(ColumnBatch batch, size_t, OperatorOutput& out) {
  counts.rows_in += batch.selection.size();
  refused_ = arguments_.evaluate(batch);
  remove_failed(batch.selection, refused_);
  if (program_.window) refuse_late(batch);
  counts.dead_letters += refused_.size();
  counts.absorbed += batch.selection.size();
  encode_keys(batch);
  split_by_window(batch);
  accumulate(batch, out);
  arguments_.clear();
  key_columns_.clear();
}

void AggregateOperator::refuse_late(ColumnBatch& batch) {
  size_t failing = refused_.size();
  std::erase_if(batch.selection, [&](uint32_t row) {
    EventTime end = program_.window_end(batch.system->event_time[row]);
    EventTime row_watermark = batch.system->row_watermark[row];
    if (program_.due(end) > std::max(watermark_, row_watermark)) return false;
    refused_.push_back({row, "late", late_message(program_, end, row_watermark)});
    return true;
  });
  auto late = refused_.begin() + static_cast<std::ptrdiff_t>(failing);
  std::inplace_merge(refused_.begin(), late, refused_.end(),
                     [](const RowError& a, const RowError& b) { return a.row < b.row; });
}

void AggregateOperator::encode_keys(const ColumnBatch& batch) {
  key_columns_.clear();
  for (size_t column : program_.by) key_columns_.push_back(batch.columns[column]);
  keys_.clear();
  pactolus::encode_keys(key_columns_, batch.selection, keys_);
}

void AggregateOperator::split_by_window(const ColumnBatch& batch) {
  windows_used_ = 0;
  window_index_.clear();
  for (uint32_t place = 0; place < batch.selection.size(); ++place) {
    EventTime end = program_.window_end(batch.system->event_time[batch.selection[place]]);
    rows_of(end).places.push_back(place);
  }
}

AggregateOperator::WindowRows& AggregateOperator::rows_of(EventTime end) {
  if (windows_used_ > 0 && windows_[last_window_].end == end) return windows_[last_window_];
  auto [entry, is_new] = window_index_.try_emplace(end, windows_used_);
  last_window_ = entry->second;
  if (is_new) {
    if (windows_used_ == windows_.size()) windows_.emplace_back();
    windows_[last_window_].end = end;
    windows_[last_window_].places.clear();
    ++windows_used_;
  }
  return windows_[last_window_];
}

EventTime AggregateOperator::next_due() const { return program_.due(table_.first_window_end()); }

void AggregateOperator::set_watermark(EventTime watermark) { watermark_ = watermark; }

void AggregateOperator::close(EventTime end) { watermark_ = std::max(watermark_, program_.due(end)); }

}  // namespace pactolus

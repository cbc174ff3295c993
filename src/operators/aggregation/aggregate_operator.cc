#include "operators/aggregation/aggregate_operator.h"

#include <algorithm>

#include "config/quantities.h"
#include "data/key_encoding.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

std::string late_message(const AggregateProgram& program, EventTime end, EventTime watermark) {
  auto text = [](EventTime time) {
    std::string result;
    append_rfc3339(time.micros(), result);
    return result;
  };
  std::string message = "the window " + text(end - *program.window) + " to " + text(end);
  if (program.grace > Duration{0}) message += " with a grace of " + to_string(program.grace);
  message += " was closed: the watermark is " + text(watermark);
  Duration beyond = watermark - program.due(end);
  if (watermark != EventTime::max()) message += ", " + to_string(beyond) + " beyond";
  return message;
}

}  // namespace

AggregateOperator::AggregateOperator(const AggregateProgram& program, StateStore& state)
    : program_(program), table_(state.declare(program.layout)), arguments_(program) {}

void AggregateOperator::process(ColumnBatch batch, size_t, OperatorOutput& out) {
  counts.rows_in += batch.selection.size();
  take_out_failing(batch, out);
  if (program_.window) take_out_late(batch, out);
  counts.absorbed += batch.selection.size();
  if (!batch.selection.empty()) {
    encode_keys(batch);
    split_by_window(batch);
    accumulate(batch, out);
  }
  arguments_.clear();
  key_columns_.clear();
}

void AggregateOperator::take_out_failing(ColumnBatch& batch, OperatorOutput& out) {
  std::vector<RowError> failed = arguments_.evaluate(batch);
  for (const RowError& error : failed) out.dead_letter(batch, error);
  remove_failed(batch.selection, failed);
  counts.dead_letters += failed.size();
}

void AggregateOperator::take_out_late(ColumnBatch& batch, OperatorOutput& out) {
  std::erase_if(batch.selection, [&](uint32_t row) {
    EventTime end = program_.window_end(batch.system->event_time[row]);
    EventTime watermark = std::max(watermark_, batch.system->row_watermark[row]);
    if (program_.due(end) > watermark) return false;
    ++counts.dead_letters;
    out.dead_letter(batch, {row, "late", late_message(program_, end, watermark)});
    return true;
  });
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

#include "operators/aggregation/aggregate_operator.h"

#include <algorithm>

#include "config/quantities.h"
#include "data/key_encoding.h"
#include "data/text_format.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// More than an entry's key and image have beside the group's key, the row and the texts.
constexpr size_t kEntryOverhead = 1024;

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
    : program_(program), table_(state.declare(program.layout)), arguments_(program, state) {}

void AggregateOperator::process(ColumnBatch batch, size_t, OperatorOutput& out) {
  counts.rows_in += batch.selection.size();
  refused_ = arguments_.evaluate(batch);
  remove_failed(batch.selection, refused_);
  Times times;
  if (program_.window) {
    times = times_of(batch);
    refuse_late(batch, times);
  }
  encode_keys(batch);
  refuse_too_large(batch);
  counts.dead_letters += refused_.size();
  counts.absorbed += batch.selection.size();
  split_by_window(batch, times);
  accumulate(batch, out);
  arguments_.clear();
  key_columns_.clear();
}

template <class Why>
void AggregateOperator::refuse(ColumnBatch& batch, const Why& why) {
  size_t failing = refused_.size();
  size_t place = 0;
  std::erase_if(batch.selection, [&](uint32_t row) {
    std::optional<RowError> error = why(row, place++);
    if (error) refused_.push_back(*std::move(error));
    return error.has_value();
  });
  auto others = refused_.begin() + static_cast<std::ptrdiff_t>(failing);
  std::inplace_merge(refused_.begin(), others, refused_.end(),
                     [](const RowError& a, const RowError& b) { return a.row < b.row; });
}

AggregateOperator::Times AggregateOperator::times_of(const ColumnBatch& batch) {
  Times times;
  for (uint32_t row : batch.selection) {
    times.first = std::min(times.first, batch.system->event_time[row]);
    times.last = std::max(times.last, batch.system->event_time[row]);
    times.row_watermark = std::max(times.row_watermark, batch.system->row_watermark[row]);
  }
  return times;
}

void AggregateOperator::refuse_late(ColumnBatch& batch, const Times& times) {
  if (program_.due(program_.window_end(times.first)) > std::max(watermark_, times.row_watermark)) return;
  WindowEnds ends(program_);
  const SystemColumns& system = *batch.system;
  auto is_late = [&](uint32_t row) {
    return program_.due(ends.of(system.event_time[row])) <= std::max(watermark_, system.row_watermark[row]);
  };
  if (std::ranges::none_of(batch.selection, is_late)) return;  // most often, and told in less time
  refuse(batch, [&](uint32_t row, size_t) -> std::optional<RowError> {
    if (!is_late(row)) return std::nullopt;
    EventTime end = ends.of(system.event_time[row]);
    return RowError{row, "late", late_message(program_, end, system.row_watermark[row])};
  });
}

void AggregateOperator::refuse_too_large(ColumnBatch& batch) {
  const size_t room =
      kEntryBytesMax - std::min<size_t>(kEntryBytesMax, program_.layout.row_size() + kEntryOverhead);
  if (encoded_keys_.bytes().size() <= room && !arguments_.keeps_texts()) return;
  const size_t refused_before = refused_.size();
  refuse(batch, [&](uint32_t row, size_t place) -> std::optional<RowError> {
    if (keys_[place].size() + arguments_.text_bytes(row) <= room) return std::nullopt;
    return RowError{row, "state_too_large",
                    "the state of the row's group could become larger than " +
                        std::to_string(kEntryBytesMax / 1024) +
                        " KiB: its key or a text to remember is too long"};
  });
  if (refused_.size() > refused_before) encode_keys(batch);
}

void AggregateOperator::encode_keys(const ColumnBatch& batch) {
  key_columns_.clear();
  for (size_t column : program_.by) key_columns_.push_back(batch.columns[column]);
  encoded_keys_.clear();
  pactolus::encode_keys(key_columns_, batch.selection, encoded_keys_);
  keys_.clear();
  for (size_t place = 0; place < batch.selection.size(); ++place) keys_.push_back(encoded_keys_[place]);
}

void AggregateOperator::split_by_window(const ColumnBatch& batch, const Times& times) {
  windows_.clear();
  const size_t rows = batch.selection.size();
  if (rows == 0) return;
  const EventTime end = program_.window_end(times.first);
  if (end != program_.window_end(times.last)) {
    gather_by_window(batch);
    return;
  }
  while (places_.size() < rows) places_.push_back(static_cast<uint32_t>(places_.size()));
  windows_.push_back({end, std::span(places_).first(rows), batch.selection, keys_});
}

void AggregateOperator::gather_by_window(const ColumnBatch& batch) {
  gathered_used_ = 0;
  window_index_.clear();
  WindowEnds ends(program_);
  for (uint32_t place = 0; place < batch.selection.size(); ++place) {
    const uint32_t row = batch.selection[place];
    GatheredRows& gathered = rows_of(ends.of(batch.system->event_time[row]));
    gathered.places.push_back(place);
    gathered.rows.push_back(row);
    gathered.keys.push_back(keys_[place]);
  }
  for (const GatheredRows& gathered : std::span(gathered_).first(gathered_used_))
    windows_.push_back({gathered.end, gathered.places, gathered.rows, gathered.keys});
}

AggregateOperator::GatheredRows& AggregateOperator::rows_of(EventTime end) {
  if (gathered_used_ > 0 && gathered_[last_window_].end == end) return gathered_[last_window_];
  auto [entry, is_new] = window_index_.try_emplace(end, gathered_used_);
  last_window_ = entry->second;
  if (is_new) {
    if (gathered_used_ == gathered_.size()) gathered_.emplace_back();
    GatheredRows& gathered = gathered_[last_window_];
    gathered.end = end;
    gathered.places.clear();
    gathered.rows.clear();
    gathered.keys.clear();
    ++gathered_used_;
  }
  return gathered_[last_window_];
}

EventTime AggregateOperator::next_due() const { return program_.due(table_.first_window_end()); }

void AggregateOperator::set_watermark(EventTime watermark) { watermark_ = watermark; }

void AggregateOperator::close(EventTime end) {
  table_.drop_window(end);
  arguments_.drop_window(end);
  watermark_ = std::max(watermark_, program_.due(end));
}

}  // namespace pactolus

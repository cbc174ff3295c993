#include "operators/aggregation/aggregate_operator.h"

#include <algorithm>
#include <iterator>

#include "config/quantities.h"
#include "data/key_encoding.h"
#include "operators/lateness.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

std::string late_message(const AggregateProgram& program, Window window, EventTime row_watermark) {
  const EventTime start = program.windows->kinds()[window.kind].kind->start_of(window.end);
  std::string message = "the window " + text_of(start) + " to " + text_of(window.end);
  if (program.grace > Duration{0}) message += " with a grace of " + to_string(program.grace);
  return message + " was closed: " + why_late(program.due(window.end), row_watermark);
}

bool by_row(const RowError& a, const RowError& b) { return a.row < b.row; }

}  // namespace

AggregateOperator::AggregateOperator(const AggregateProgram& program, StateStore& state)
    : program_(program), table_(state.declare(program.layout)), arguments_(program, state) {
  if (program.amends_late) amendments_.emplace(program);
  if (program.slicing) slices_ = &state.declare(program.slicing->slices);
  if (!program.windows) return;
  lookup_.emplace(*program.windows);
  for (const NamedWindows& windows : program.windows->kinds()) {
    if (windows.name.empty()) continue;
    Column name(kTextType, 1);
    name.values<std::string_view>()[0] = windows.name;
    append_key_value(name, 0, encoded_names_.emplace_back());
  }
}

void AggregateOperator::process(ColumnBatch batch, size_t, OperatorOutput& out) {
  const size_t rows_max = kBatchRowsMax / entries_per_row();
  while (batch.selection.size() > rows_max) {
    ColumnBatch first = batch;
    size_t rows = rows_max;
    if (batch.is_replaced(rows - 1)) rows += rows > 1 ? -1 : 1;
    const auto rest = batch.selection.begin() + static_cast<std::ptrdiff_t>(rows);
    first.selection.assign(batch.selection.begin(), rest);
    batch.selection.erase(batch.selection.begin(), rest);
    process_rows(std::move(first), out);
  }
  process_rows(std::move(batch), out);
}

void AggregateOperator::process_rows(ColumnBatch batch, OperatorOutput& out) {
  counts.rows_in += batch.selection.size();
  note_updates(batch);
  refused_ = arguments_.evaluate(batch);
  remove_failed(batch.selection, refused_);
  const Times times = lookup_ ? times_of(batch) : Times{};
  const bool some_closed = lookup_ && some_may_be_closed(times);
  if (some_closed && !amendments_) refuse_late(batch);
  encode_keys(batch);
  refuse_too_large(batch);
  forgive_before_rows(batch);
  add_refused(admit(batch));
  counts.dead_letters += refused_.size();
  if (some_closed && amendments_) amend(batch, out);
  counts.absorbed += batch.selection.size();
  split_by_window(batch, times, some_closed);
  accumulate(batch, out);
  arguments_.clear();
}

void AggregateOperator::note_updates(const ColumnBatch& batch) {
  updates_.clear();
  for (size_t place = 0; batch.has_changes() && place < batch.selection.size(); ++place) {
    if (batch.is_replaced(place)) updates_.emplace_back(batch.selection[place], batch.selection[place + 1]);
  }
}

std::optional<uint32_t> AggregateOperator::replaced_by(uint32_t row) const {
  auto update = std::ranges::lower_bound(updates_, row, {}, &std::pair<uint32_t, uint32_t>::first);
  return update != updates_.end() && update->first == row ? std::optional(update->second) : std::nullopt;
}

/// What is to be taken out and cannot be computed was refused when it came. Of an update that is late, the
/// row after is the dead letter.
void AggregateOperator::forgive_before_rows(const ColumnBatch& batch) {
  if (!batch.has_changes()) return;
  counts.filtered += std::erase_if(refused_, [&](const RowError& error) {
    const Change change = batch.change_of(error.row);
    return change == Change::kReplaced || (change == Change::kRetract && error.code != "late");
  });
}

template <class Why>
void AggregateOperator::refuse(ColumnBatch& batch, const Why& why) {
  std::vector<RowError> refused;
  size_t place = 0;
  std::erase_if(batch.selection, [&](uint32_t row) {
    std::optional<RowError> error = why(row, place++);
    if (error) refused.push_back(*std::move(error));
    return error.has_value();
  });
  add_refused(std::move(refused));
}

void AggregateOperator::add_refused(std::vector<RowError> others) {
  const auto before = static_cast<std::ptrdiff_t>(refused_.size());
  std::ranges::move(others, std::back_inserter(refused_));
  std::inplace_merge(refused_.begin(), refused_.begin() + before, refused_.end(), by_row);
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

bool AggregateOperator::is_closed(EventTime end, EventTime row_watermark) const {
  return program_.due(end) <= std::max(watermark_, row_watermark);
}

bool AggregateOperator::some_may_be_closed(const Times& times) {
  return times.first <= times.last && is_closed(lookup_->of(times.first).front().end, times.row_watermark);
}

void AggregateOperator::refuse_late(ColumnBatch& batch) {
  const SystemColumns& system = *batch.system;
  auto last_window = [&](uint32_t row) { return lookup_->of(system.event_time[row]).back(); };
  auto is_late = [&](uint32_t row) { return is_closed(last_window(row).end, system.row_watermark[row]); };
  if (std::ranges::none_of(batch.selection, is_late)) return;  // most often, and told in less time
  refuse(batch, [&](uint32_t row, size_t) -> std::optional<RowError> {
    if (!is_late(row)) return std::nullopt;
    return RowError{row, "late", late_message(program_, last_window(row), system.row_watermark[row])};
  });
}

/// Gives amendments for the windows that rows have missed; leaves the rows that are in others.
void AggregateOperator::amend(ColumnBatch& batch, OperatorOutput& out) {
  const std::vector<Amendments::Missed> missed = find_missed(batch);
  if (missed.empty()) return;
  std::vector<RowError> failed = amendments_->emit(batch, missed, counts, out);
  const auto has_failed = [&](uint32_t row) {
    return std::ranges::binary_search(failed, row, {}, &RowError::row);
  };
  const size_t rows_failed = failed.size();
  size_t late_failed = 0;
  const size_t late = std::erase_if(batch.selection, [&](uint32_t row) {
    const bool is_late =
        is_closed(lookup_->of(batch.system->event_time[row]).back().end, batch.system->row_watermark[row]);
    if (is_late && has_failed(row)) ++late_failed;
    return is_late;
  });
  counts.dead_letters += late_failed;
  counts.dead_results += rows_failed - late_failed;
  counts.passed += late - late_failed;
  add_refused(std::move(failed));
  encode_keys(batch);
}

/// By row, then by window.
std::vector<Amendments::Missed> AggregateOperator::find_missed(const ColumnBatch& batch) {
  std::vector<Amendments::Missed> missed;
  missed_keys_.clear();
  for (size_t place = 0; place < batch.selection.size(); ++place) {
    const uint32_t row = batch.selection[place];
    for (const Window& window : lookup_->of(batch.system->event_time[row])) {
      if (!is_closed(window.end, batch.system->row_watermark[row])) break;
      missed.push_back({row, window.end, {}});
      missed_keys_.bytes() += keys_[place];
      if (!encoded_names_.empty()) missed_keys_.bytes() += encoded_names_[window.kind];
      missed_keys_.end_row();
    }
  }
  for (size_t i = 0; i < missed.size(); ++i) missed[i].key = missed_keys_[i];
  return missed;
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

std::span<const std::string_view> AggregateOperator::encode_keys(const ColumnBatch& batch) {
  for (size_t column : program_.by) key_columns_.push_back(batch.columns[column]);
  encoded_keys_.clear();
  pactolus::encode_keys(key_columns_, batch.selection, encoded_keys_);
  keys_.clear();
  for (size_t place = 0; place < batch.selection.size(); ++place) keys_.push_back(encoded_keys_[place]);
  key_columns_.clear();
  return keys_;
}

/// But for rows that have missed a window that others haven't: these have one for each window.
size_t AggregateOperator::entries_per_row() const {
  if (!lookup_) return 1;
  if (slices_ == nullptr) return program_.windows->overlap();
  const auto overlaps = [](const NamedWindows& windows) { return windows.kind->overlaps(); };
  const auto& kinds = program_.windows->kinds();
  return 1 + kinds.size() - static_cast<size_t>(std::ranges::count_if(kinds, overlaps));
}

void AggregateOperator::split_by_window(const ColumnBatch& batch, const Times& times, bool some_closed) {
  windows_.clear();
  entry_rows_ = batch.selection;
  const size_t rows = batch.selection.size();
  if (rows == 0) return;
  EventTime end = EventTime::max();
  bool is_slice = false;
  if (lookup_) {
    const std::span<const Window> windows = lookup_->of(times.first);
    is_slice = slices_ != nullptr && entries_per_row() == 1 && !some_closed;
    const bool is_one = is_slice || (windows.size() == 1 && encoded_names_.empty());
    if (!is_one || !lookup_->slice().holds(times.last)) {
      gather_by_window(batch, some_closed);
      return;
    }
    end = is_slice ? program_.windows->slice_around(times.first).end : windows.front().end;
  }
  while (places_.size() < rows) places_.push_back(static_cast<uint32_t>(places_.size()));
  windows_.push_back({end, is_slice, std::span(places_).first(rows), batch.selection, keys_});
}

void AggregateOperator::gather_by_window(const ColumnBatch& batch, bool some_closed) {
  gathered_used_ = 0;
  window_index_.clear();
  gathered_entry_rows_.clear();
  named_keys_.clear();
  std::vector<RowError> missed;
  const SystemColumns& system = *batch.system;
  TimeSpan slice{EventTime::max(), EventTime::min()};
  for (size_t place = 0; place < batch.selection.size(); ++place) {
    const uint32_t row = batch.selection[place];
    const std::span<const Window> windows = lookup_->of(system.event_time[row]);
    if (!slice.holds(system.event_time[row])) {
      slice = lookup_->slice();
      gathered_windows_.assign(windows.size(), std::nullopt);
      gathered_slice_.reset();
    }
    size_t first_open = 0;
    while (some_closed && is_closed(windows[first_open].end, system.row_watermark[row])) ++first_open;
    if (first_open > 0 && !amendments_ && batch.change_of(row) != Change::kReplaced) {
      std::string message = late_message(program_, windows[first_open - 1], system.row_watermark[row]);
      missed.push_back({row, "late",
                        std::move(message) + "; the row is in " +
                            std::to_string(windows.size() - first_open) + " of its " +
                            std::to_string(windows.size()) + " windows"});
    }
    add_entries(windows, first_open, row, place);
  }
  counts.dead_results += missed.size();
  refused_.insert(refused_.end(), std::make_move_iterator(missed.begin()),
                  std::make_move_iterator(missed.end()));
  std::ranges::sort(refused_, by_row);
  entry_rows_ = gathered_entry_rows_;
  for (GatheredRows& gathered : std::span(gathered_).first(gathered_used_)) {
    for (size_t i = 0; i < gathered.entries.size() && !encoded_names_.empty(); ++i)
      gathered.keys[i] = named_keys_[gathered.entries[i]];
    windows_.push_back({gathered.end, gathered.is_slice, gathered.entries, gathered.rows, gathered.keys});
  }
}

/// Of a row whose windows before `first_open` are closed.
void AggregateOperator::add_entries(std::span<const Window> windows, size_t first_open, uint32_t row,
                                    size_t place) {
  const bool is_in_slice = slices_ != nullptr && !has_missed_open_window(windows.first(first_open));
  bool takes_slice = false;
  for (size_t i = first_open; i < windows.size(); ++i) {
    if (is_in_slice && shares_slices(windows[i])) {
      takes_slice = true;
      continue;
    }
    if (!gathered_windows_[i]) gathered_windows_[i] = gathered_of(windows[i].end, false);
    add_entry(*gathered_windows_[i], row, place, encoded_name(windows[i].kind));
  }
  if (!takes_slice) return;
  if (!gathered_slice_) {
    const EventTime time = last_moment(lookup_->slice().end);
    gathered_slice_ = gathered_of(program_.windows->slice_around(time).end, true);
  }
  add_entry(*gathered_slice_, row, place, {});
}

bool AggregateOperator::shares_slices(const Window& window) const {
  return program_.windows->kinds()[window.kind].kind->overlaps();
}

/// Of windows that are closed for a row: one of them is still to come, for the others, from its slices.
bool AggregateOperator::has_missed_open_window(std::span<const Window> missed) const {
  return std::ranges::any_of(missed, [&](const Window& window) {
    return shares_slices(window) && program_.due(window.end) > watermark_;
  });
}

void AggregateOperator::add_entry(size_t index, uint32_t row, size_t place, std::string_view window_name) {
  GatheredRows& gathered = gathered_[index];
  gathered.entries.push_back(static_cast<uint32_t>(gathered_entry_rows_.size()));
  gathered.rows.push_back(row);
  gathered.keys.push_back(keys_[place]);
  gathered_entry_rows_.push_back(row);
  if (encoded_names_.empty()) return;
  named_keys_.bytes() += keys_[place];
  named_keys_.bytes() += window_name;
  named_keys_.end_row();
}

size_t AggregateOperator::gathered_of(EventTime end, bool is_slice) {
  auto [entry, is_new] = window_index_.try_emplace({end, is_slice}, gathered_used_);
  if (is_new) {
    if (gathered_used_ == gathered_.size()) gathered_.emplace_back();
    GatheredRows& gathered = gathered_[gathered_used_++];
    gathered.end = end;
    gathered.is_slice = is_slice;
    gathered.entries.clear();
    gathered.rows.clear();
    gathered.keys.clear();
  }
  return entry->second;
}

void AggregateOperator::update_groups(const ColumnBatch& batch, const WindowRows& window) {
  HotTable& groups = groups_of(window);
  if (program_.over_table) {
    groups.load(window.keys);
    for (size_t i = 0; i < window.rows.size(); ++i) change_group(batch, window, i);
    return;
  }
  states_.resize(window.keys.size());
  groups.touch(window.keys, states_);
  arguments_.add({window.end, window.rows, window.keys, states_}, groups.heap());
}

void AggregateOperator::change_group(const ColumnBatch& batch, const WindowRows& window, size_t index) {
  HotTable& groups = table_.window(window.end);
  const uint32_t row = window.rows[index];
  const std::string_view key = window.keys[index];
  const bool comes = batch.change_of(row) == Change::kInsert;
  if (!comes && groups.find(key) == nullptr) {
    refuse_unknown(row);
    return;
  }
  std::byte* state = groups.touch(key);
  uint64_t& rows = *reinterpret_cast<uint64_t*>(state + program_.rows_offset());
  const GroupedRows grouped{window.end, {&row, 1}, {&key, 1}, {&state, 1}};
  if (comes) {
    arguments_.add(grouped, groups.heap());
    ++rows;
  } else if (rows == 0) {
    refuse_unknown(row);
  } else {
    arguments_.retract(grouped, groups.heap());
    if (--rows == 0 && !program_.keeps_empty_group()) groups.erase(key);
  }
}

/// The state was reset, and the row came before that.
void AggregateOperator::refuse_unknown(uint32_t row) {
  ++counts.dead_results;
  refused_.insert(std::ranges::upper_bound(refused_, row, {}, &RowError::row),
                  {row, "unknown_row", "the row to be taken back was never in its group"});
}

EventTime AggregateOperator::next_due() const { return program_.due(table_.first_window_end()); }

void AggregateOperator::set_watermark(EventTime watermark) { watermark_ = watermark; }

void AggregateOperator::close(EventTime end) {
  table_.drop_window(end);
  arguments_.drop_window(end);
  watermark_ = std::max(watermark_, program_.due(end));
}

}  // namespace pactolus

#include "operators/aggregation/time_ordered_aggregate.h"

#include <cstring>
#include <map>
#include <utility>

#include "base/check.h"
#include "operators/aggregation/group_results.h"
#include "operators/state_time.h"

namespace pactolus {

TimeOrderedAggregate::TimeOrderedAggregate(const AggregateProgram& program, const TimeOrder& order,
                                           const TableLayout& open, StateStore& state)
    : AggregateOperator(program, state), rows_(order, state), open_(state.declare(open)) {
  if (program.thinning) thinned_.emplace(program, arguments(), state);
}

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
  const bool each_change = program().emits_each_change();
  if (each_change) images_.resize(2 * batch.rows() * program().layout.row_size());
  images_used_ = 0;
  for (uint32_t row = 0; row < batch.rows(); ++row) {
    const EventTime time = batch.system->event_time[row];
    const RowWindow window = window_of(groups[row], time, slice_end, key_);
    window_keys_.bytes() += key_;
    window_keys_.end_row();
    if (each_change) {
      add_with_change(row, time, window);
    } else {
      put_time(time, window.state + last_offset());
      states_.push_back(window.state);
    }
  }
  keys_.clear();
  for (size_t i = 0; i < window_keys_.size(); ++i) keys_.push_back(window_keys_[i]);
  if (each_change) {
    emit_changes_of(batch, out);
  } else {
    arguments().add({EventTime::max(), batch.selection, keys_, states_}, windows_of_groups().heap());
  }
  // The watermark has come to where the slice is due, maybe further.
  if (thinned_) thinned_->note(thinned_->tick_after(program().due(slice_end) - Duration{1}), keys_);
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

bool TimeOrderedAggregate::fire_tick(size_t rows_max, OperatorOutput& out) {
  keys_.clear();
  for (const StateGroup& window : thinned_->tick().next(rows_max)) keys_.push_back(window.key);
  windows_of_groups().load(keys_);
  thinned_->load(keys_);
  std::vector<GroupState> windows;
  for (std::string_view key : keys_) {
    const std::byte* row = windows_of_groups().find(key);
    PACTOLUS_CHECK(row != nullptr, "a window that has changed has no state");
    windows.push_back({key, end_of(row), row});
  }
  thinned_->emit(windows, false, before_rows, counts, out);
  return thinned_->end_tick();
}

bool TimeOrderedAggregate::resume_tick(const CloseCursor& cursor, bool or_other) {
  if (next_tick() != cursor.window_end || (or_other && program().grace == Duration{0})) return false;
  thinned_->tick().resume(cursor);
  return true;
}

void TimeOrderedAggregate::end_windows(std::span<const GroupState> ended, OperatorOutput& out) {
  if (ended.empty()) return;
  if (thinned_) {
    emit_last_changes(ended, out);
  } else if (!program().emit_changes) {
    auto system = std::make_shared<SystemColumns>();
    for (const GroupState& window : ended) system->event_time.push_back(last_moment(window.window_end));
    system->row_watermark = system->event_time;
    emit_closed(compute_results(program(), arguments(), ended, std::move(system)), counts, out);
  }
  for (const GroupState& window : ended) erase_window(window.key);
}

/// Of all windows that have ended, if they are marked as final, else of those that were to be looked at.
void TimeOrderedAggregate::emit_last_changes(std::span<const GroupState> ended, OperatorOutput& out) {
  const bool marks_final = program().thinning->marks_final;
  keys_.clear();
  for (const GroupState& window : ended) keys_.push_back(window.key);
  thinned_->load_noted(keys_);
  thinned_->load(keys_);
  std::vector<GroupState> last;
  for (const GroupState& window : ended) {
    const bool has_changed = thinned_->withdraw(window.key);
    if (has_changed || marks_final) last.push_back(window);
  }
  thinned_->emit(last, marks_final, before_rows, counts, out);
  for (std::string_view key : keys_) thinned_->erase(key);
}

void TimeOrderedAggregate::erase_window(std::string_view key) {
  arguments().erase_group(key);
  windows_of_groups().erase(key);
}

void TimeOrderedAggregate::set_watermark(EventTime watermark) {
  rows_.set_watermark(watermark);
  if (thinned_) thinned_->tick().forget();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace pactolus

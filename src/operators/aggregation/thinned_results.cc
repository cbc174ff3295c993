#include "operators/aggregation/thinned_results.h"

#include <algorithm>

#include "base/check.h"
#include "operators/aggregation/change_rows.h"
#include "operators/image_entry.h"
#include "state/entry_key.h"

namespace pactolus {

ThinnedResults::ThinnedResults(const AggregateProgram& program, const AggregateArguments& taken,
                               StateStore& state)
    : program_(program),
      taken_(taken),
      emitted_(state.declare(program.thinning->emitted)),
      pending_(state.declare(program.thinning->pending)),
      codec_(program.thinning->shown),
      ticks_(program.thinning->ticks),
      tick_(pending_) {}

void ThinnedResults::note(EventTime tick, std::span<const std::string_view> pending) {
  states_.resize(pending.size());
  pending_.window(tick).insert_missing(pending, states_);
}

void ThinnedResults::load_noted(std::span<const std::string_view> pending) {
  for (EventTime tick : pending_.window_ends()) pending_.window(tick).load(pending);
}

/// There are several ticks only where `every` was another one before the last start.
bool ThinnedResults::withdraw(std::string_view pending) {
  bool was_noted = false;
  for (EventTime tick = pending_.first_window_end(); tick != EventTime::max();
       tick = pending_.next_window_end(tick + Duration{1})) {
    HotTable& noted = pending_.window(tick);
    if (noted.find(pending) == nullptr) continue;
    noted.erase(pending);
    was_noted = true;
  }
  return was_noted;
}

bool ThinnedResults::end_tick() {
  if (!tick_.done()) return false;
  pending_.drop_window(tick_.end());
  tick_.forget();
  return true;
}

void ThinnedResults::load(EventTime window_end, std::span<const std::string_view> keys) {
  if (HotTable* emitted = emitted_.find_window(window_end)) emitted->load(keys);
}

void ThinnedResults::emit(std::span<GroupState> groups, bool is_final, bool before_rows, StepCounts& counts,
                          OperatorOutput& out) {
  if (groups.empty()) return;
  GroupResults results = compute(groups, is_final);
  std::vector<GroupChange> changes;
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (results.outcomes[row] == GroupResults::kWithheld) ++counts.results_withheld;
    if (auto change = decide(results, row, groups[row], is_final)) changes.push_back(*std::move(change));
  }
  std::ranges::sort(results.failed, {}, &RowError::row);
  for (const RowError& error : results.failed) out.dead_letter(results.groups, error);
  counts.dead_results += results.failed.size();
  counts.results_by_close += changes.size();
  if (!changes.empty()) emit_changes(results, changes, before_rows, out);
}

/// A group that is gone stands for one without rows, whose result nobody wants.
GroupResults ThinnedResults::compute(std::span<GroupState> groups, bool is_final) {
  const std::vector<std::byte> no_rows(program_.layout.row_size());
  std::vector<uint32_t> gone;
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (groups[row].row != nullptr) continue;
    groups[row].row = no_rows.data();
    gone.push_back(row);
  }
  GroupResults results = compute_results(program_, taken_, groups, system_columns(groups));
  mark_final(program_, is_final, results);
  for (uint32_t row : gone) {
    groups[row].row = nullptr;
    results.outcomes[row] = GroupResults::kGone;
  }
  std::erase_if(results.failed,
                [&](const RowError& error) { return std::ranges::binary_search(gone, error.row); });
  return results;
}

std::shared_ptr<const SystemColumns> ThinnedResults::system_columns(
    std::span<const GroupState> groups) const {
  auto system = std::make_shared<SystemColumns>();
  for (const GroupState& group : groups)
    system->event_time.push_back(last_moment(program_.has_windows() ? group.window_end : tick_.end()));
  system->row_watermark = system->event_time;
  return system;
}

/// What differs from what went out last, as a final result always does; remembers what goes out now, if it is
/// not final.
std::optional<ThinnedResults::GroupChange> ThinnedResults::decide(GroupResults& results, uint32_t row,
                                                                  const GroupState& group, bool is_final) {
  std::string image;
  bool is_visible = results.outcomes[row] == GroupResults::kVisible;
  if (is_visible && !is_final) {
    codec_.append_row(std::span(results.results.columns).subspan(program_.lasting_columns()), row, image);
    if (group.key.size() + image.size() + kEntryOverhead > kEntryBytesMax) {
      results.failed.push_back({row, "state_too_large", "the result is too long to be remembered"});
      is_visible = false;
    }
  }
  GroupChange change{row, is_visible, emitted_of(group)};
  const bool is_same = is_visible ? !is_final && change.previous == image : !change.previous;
  if (is_same) return std::nullopt;
  if (is_final) return change;
  HotTable& emitted = emitted_.window(table_of(group));
  if (is_visible) {
    put_image(emitted, group.key, image);
  } else {
    emitted.erase(group.key);
  }
  return change;
}

EventTime ThinnedResults::table_of(const GroupState& group) const {
  return emitted_.layout().windowed() ? group.window_end : EventTime::max();
}

/// The image of the row that went out of the group; none: there is none.
std::optional<std::string> ThinnedResults::emitted_of(const GroupState& group) {
  HotTable* rows = emitted_.find_window(table_of(group));
  const std::byte* row = rows == nullptr ? nullptr : rows->find(group.key);
  if (row == nullptr) return std::nullopt;
  return std::string(image_of(row));
}

void ThinnedResults::emit_changes(const GroupResults& results, std::span<const GroupChange> changes,
                                  bool before_rows, OperatorOutput& out) {
  auto images = std::make_shared<std::vector<std::string>>();
  for (const GroupChange& change : changes) {
    if (change.previous) images->push_back(*change.previous);
  }
  const std::vector<std::string_view> views(images->begin(), images->end());
  const DecodedRows previous = codec_.decode(views, images);
  PACTOLUS_CHECK(previous.failures.empty(), "a row that went out cannot be read");
  ChangeRows rows(results.results, program_.lasting_columns());
  uint32_t place = 0;
  for (const GroupChange& change : changes) {
    if (change.previous && !change.is_visible)
      rows.add(Change::kRetract, change.row, previous.columns, place);
    if (change.previous && change.is_visible && before_rows)
      rows.add(Change::kReplaced, change.row, previous.columns, place);
    if (change.previous) ++place;
    if (change.is_visible) rows.insert(change.row);
  }
  out.emit(rows.batch());
}

}  // namespace pactolus

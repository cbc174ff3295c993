#include "operators/aggregation/thinned_aggregate.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/key_encoding.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/change_rows.h"
#include "operators/aggregation/group_results.h"
#include "operators/image_entry.h"
#include "operators/windows/closing_window.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

class ThinnedAggregate final : public AggregateOperator {
 public:
  ThinnedAggregate(const AggregateProgram& program, StateStore& state)
      : AggregateOperator(program, state),
        emitted_(state.declare(program.thinning->emitted)),
        pending_(state.declare(program.thinning->pending)),
        codec_(program.thinning->selected),
        ticks_(program.thinning->ticks),
        emission_(pending_),
        closing_(table()) {}

  EventTime next_due() const override {
    return std::min(pending_.first_window_end(), AggregateOperator::next_due());
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override {
    return emission_.under_way() ? emission_.cursor(program().step) : closing_.cursor(program().step);
  }
  /// What is pending at a tick is there until all of it has gone out; a window closes behind all ticks until
  /// its end.
  void resume(const CloseCursor& cursor) override {
    const bool is_tick = pending_.find_window(cursor.window_end) != nullptr;
    (is_tick ? emission_ : closing_).resume(cursor);
  }

 private:
  /// What becomes of a group's result, which is row `row` of the batch that computed it.
  struct GroupChange {
    uint32_t row;
    bool is_visible;
    std::optional<std::string> previous;  // the image of the row that went out before, if there is one
  };

  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void note_pending(const ColumnBatch& batch, const WindowRows& window);
  bool close_window(size_t rows_max, OperatorOutput& out);
  void emit_pending(std::span<const StateGroup> pending, OperatorOutput& out);
  void emit_finals(std::span<const StateGroup> closed, OperatorOutput& out);
  void emit_groups(std::span<GroupState> groups, bool is_final, OperatorOutput& out);
  std::vector<GroupState> states_of(std::span<const StateGroup> pending);
  void find_rows(std::span<GroupState> groups);
  static void remove_errors_of(std::span<const uint32_t> gone, std::vector<RowError>& failed);
  std::shared_ptr<const SystemColumns> system_columns(std::span<const GroupState> groups) const;
  std::optional<GroupChange> decide(GroupResults& results, uint32_t row, const GroupState& group,
                                    bool is_final);
  std::optional<std::string> emitted_of(const GroupState& group);
  void remember(const GroupState& group, std::string_view image);
  void emit(const GroupResults& results, std::span<const GroupChange> changes, OperatorOutput& out);

  bool marks_final() const { return program().thinning->marks_final; }
  size_t group_columns() const { return program().group.size(); }

  StateTable& emitted_;
  StateTable& pending_;
  RowCodec codec_;
  WindowLookup ticks_;
  ClosingWindow emission_;  // the tick whose changes are going out
  ClosingWindow closing_;   // the window whose final results are
  // Scratch.
  std::vector<std::byte*> states_;
  ByteRows encoded_;
};

void ThinnedAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const WindowRows& window : windows()) {
    update_groups(batch, window);
    note_pending(batch, window);
  }
  for (const RowError& error : refused()) out.dead_letter(batch, error);
}

void append_time(EventTime time, std::string& out) {
  Column column(kTimestamptzType, 1);
  column.values_of<TypeKind::kTimestamptz>()[0] = time.micros();
  append_key_value(column, 0, out);
}

/// A row's change goes out at the first tick behind its time that has not been yet, at the latest when its
/// window closes: then all final results go out in any case, if they are marked.
void ThinnedAggregate::note_pending(const ColumnBatch& batch, const WindowRows& window) {
  std::string prefix;
  if (program().windows) append_time(window.end, prefix);
  const EventTime close = program().due(window.end);
  encoded_.clear();
  for (std::string_view key : window.keys) {
    encoded_.bytes() += prefix;
    encoded_.bytes() += key;
    encoded_.end_row();
  }
  std::map<EventTime, std::vector<std::string_view>> by_tick;
  for (size_t i = 0; i < window.rows.size(); ++i) {
    const EventTime time = std::max(batch.system->event_time[window.rows[i]], watermark());
    const EventTime tick = ticks_.of(time).front().end;
    if (tick < close || !marks_final()) by_tick[std::min(tick, close)].push_back(encoded_[i]);
  }
  for (const auto& [tick, keys] : by_tick) {
    states_.resize(keys.size());
    pending_.window(tick).insert_missing(keys, states_);
  }
}

bool ThinnedAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  const EventTime tick = pending_.first_window_end();
  if (tick > due) return close_window(rows_max, out);
  emit_pending(emission_.next(rows_max), out);
  if (!emission_.done()) return false;
  pending_.drop_window(tick);
  emission_.forget();
  return true;
}

bool ThinnedAggregate::close_window(size_t rows_max, OperatorOutput& out) {
  const EventTime end = table().first_window_end();
  if (marks_final()) {
    emit_finals(closing_.next(rows_max), out);
    if (!closing_.done()) return false;
    closing_.forget();
  }
  emitted_.drop_window(end);
  close(end);
  return true;
}

void ThinnedAggregate::emit_pending(std::span<const StateGroup> pending, OperatorOutput& out) {
  if (pending.empty()) return;
  std::vector<GroupState> groups = states_of(pending);
  emit_groups(groups, false, out);
}

void ThinnedAggregate::emit_finals(std::span<const StateGroup> closed, OperatorOutput& out) {
  if (closed.empty()) return;
  std::vector<GroupState> groups;
  std::vector<std::string_view> keys;
  for (const StateGroup& group : closed) {
    groups.push_back({group.key, closing_.end(), group.row});
    keys.push_back(group.key);
  }
  if (HotTable* emitted = emitted_.find_window(closing_.end())) emitted->load(keys);
  emit_groups(groups, true, out);
}

void ThinnedAggregate::emit_groups(std::span<GroupState> groups, bool is_final, OperatorOutput& out) {
  const std::vector<std::byte> no_rows(program().layout.row_size());
  std::vector<uint32_t> gone;  // of which all rows were taken out
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (groups[row].row != nullptr) continue;
    groups[row].row = no_rows.data();
    gone.push_back(row);
  }
  GroupResults results = compute_results(program(), arguments(), groups, system_columns(groups));
  mark_final(program(), is_final, results);
  for (uint32_t row : gone) results.outcomes[row] = GroupResults::kGone;
  remove_errors_of(gone, results.failed);
  std::vector<GroupChange> changes;
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (auto change = decide(results, row, groups[row], is_final)) changes.push_back(*std::move(change));
  }
  std::ranges::sort(results.failed, {}, &RowError::row);
  for (const RowError& error : results.failed) out.dead_letter(results.groups, error);
  counts.dead_results += results.failed.size();
  counts.results_by_close += changes.size();
  if (!changes.empty()) emit(results, changes, out);
}

void ThinnedAggregate::remove_errors_of(std::span<const uint32_t> gone, std::vector<RowError>& failed) {
  std::erase_if(failed, [&](const RowError& error) { return std::ranges::binary_search(gone, error.row); });
}

/// Of the groups that are pending, in the order of their windows. Without a row: the group is gone.
std::vector<GroupState> ThinnedAggregate::states_of(std::span<const StateGroup> pending) {
  std::vector<GroupState> groups;
  groups.reserve(pending.size());
  Column end(kTimestamptzType, 1);
  Arena none;
  for (const StateGroup& entry : pending) {
    std::string_view key = entry.key;
    EventTime window_end = EventTime::max();
    if (program().windows) {
      Column* slot = &end;
      PACTOLUS_CHECK(decode_key(key, {&slot, 1}, 0, none), "a pending group's window cannot be read");
      window_end = EventTime{end.values_of<TypeKind::kTimestamptz>()[0]};
    }
    groups.push_back({key, window_end, nullptr});
  }
  for (size_t begin = 0, until = 0; begin < groups.size(); begin = until) {
    while (until < groups.size() && groups[until].window_end == groups[begin].window_end) ++until;
    find_rows(std::span(groups).subspan(begin, until - begin));
  }
  return groups;
}

/// Of groups of one window.
void ThinnedAggregate::find_rows(std::span<GroupState> groups) {
  HotTable* rows = table().find_window(groups.front().window_end);
  PACTOLUS_CHECK(rows != nullptr || program().over_table, "a pending group's window is gone");
  std::vector<std::string_view> keys;
  for (const GroupState& group : groups) keys.push_back(group.key);
  if (rows != nullptr) rows->load(keys);
  if (HotTable* emitted = emitted_.find_window(groups.front().window_end)) emitted->load(keys);
  for (GroupState& group : groups) {
    if (rows != nullptr) group.row = rows->find(group.key);
    PACTOLUS_CHECK(group.row != nullptr || program().over_table, "a pending group is gone");
  }
}

std::shared_ptr<const SystemColumns> ThinnedAggregate::system_columns(
    std::span<const GroupState> groups) const {
  auto system = std::make_shared<SystemColumns>();
  for (const GroupState& group : groups)
    system->event_time.push_back(last_moment(program().windows ? group.window_end : emission_.end()));
  system->row_watermark = system->event_time;
  return system;
}

/// What differs from what went out last, as a final result always does; remembers what goes out now, if it is
/// not final.
std::optional<ThinnedAggregate::GroupChange> ThinnedAggregate::decide(GroupResults& results, uint32_t row,
                                                                      const GroupState& group,
                                                                      bool is_final) {
  std::string image;
  bool is_visible = results.outcomes[row] == GroupResults::kVisible;
  if (results.outcomes[row] == GroupResults::kWithheld) ++counts.results_withheld;
  if (is_visible && !is_final) {
    codec_.append_row(std::span(results.results.columns).subspan(group_columns()), row, image);
    if (group.key.size() + image.size() + kEntryOverhead > kEntryBytesMax) {
      results.failed.push_back({row, "state_too_large", "the result is too long to be remembered"});
      is_visible = false;
    }
  }
  GroupChange change{row, is_visible, emitted_of(group)};
  const bool is_same = is_visible ? !is_final && change.previous == image : !change.previous;
  if (is_same) return std::nullopt;
  if (is_final) return change;
  if (is_visible) {
    remember(group, image);
  } else {
    emitted_.window(group.window_end).erase(group.key);
  }
  return change;
}

/// The image of the row that went out of the group; none: there is none.
std::optional<std::string> ThinnedAggregate::emitted_of(const GroupState& group) {
  HotTable* rows = emitted_.find_window(group.window_end);
  const std::byte* row = rows == nullptr ? nullptr : rows->find(group.key);
  if (row == nullptr) return std::nullopt;
  return std::string(image_of(row));
}

void ThinnedAggregate::remember(const GroupState& group, std::string_view image) {
  put_image(emitted_.window(group.window_end), group.key, image);
}

void ThinnedAggregate::emit(const GroupResults& results, std::span<const GroupChange> changes,
                            OperatorOutput& out) {
  auto images = std::make_shared<std::vector<std::string>>();
  for (const GroupChange& change : changes) {
    if (change.previous) images->push_back(*change.previous);
  }
  const std::vector<std::string_view> views(images->begin(), images->end());
  const DecodedRows previous = codec_.decode(views, images);
  PACTOLUS_CHECK(previous.failures.empty(), "a row that went out cannot be read");
  ChangeRows rows(results.results, group_columns());
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

void ThinnedAggregate::set_watermark(EventTime watermark) {
  emission_.forget();
  closing_.forget();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_thinned_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<ThinnedAggregate>(program, state);
}

}  // namespace pactolus

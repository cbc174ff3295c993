#include "operators/aggregation/thinned_aggregate.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/key_encoding.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/group_results.h"
#include "operators/aggregation/row_comparison.h"
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
        emission_(pending_) {}

  EventTime next_due() const override {
    return std::min(pending_.first_window_end(), AggregateOperator::next_due());
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override { return emission_.cursor(program().step); }
  void resume(const CloseCursor& cursor) override { emission_.resume(cursor); }

 private:
  /// What becomes of the results of some groups: rows of the batch that computed them.
  struct Changes {
    std::vector<uint32_t> emitted;
    std::vector<uint32_t> retracted;    // of them
    std::vector<std::string> previous;  // images of the retracted rows
  };

  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void note_pending(const ColumnBatch& batch, const WindowRows& window);
  void emit_slice(std::span<const StateGroup> pending, OperatorOutput& out);
  std::vector<GroupState> states_of(std::span<const StateGroup> pending);
  void find_rows(std::span<GroupState> groups);
  std::shared_ptr<SystemColumns> system_columns(std::span<const GroupState> groups) const;
  void decide(GroupResults& results, std::span<const GroupState> groups, Changes& changes);
  bool replace(const GroupState& group, std::string_view image);
  std::optional<std::string> take(const GroupState& group);
  void emit(GroupResults results, Changes changes, SystemColumns& system, OperatorOutput& out);

  size_t group_columns() const { return program().group.size(); }

  StateTable& emitted_;
  StateTable& pending_;
  RowCodec codec_;
  WindowLookup ticks_;
  ClosingWindow emission_;  // the tick whose changes are going out
  // Scratch.
  std::vector<std::byte*> states_;
  ByteRows encoded_;
};

void ThinnedAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const RowError& error : refused()) out.dead_letter(batch, error);
  for (const WindowRows& window : windows()) {
    states_.resize(window.keys.size());
    HotTable& groups = table().window(window.end);
    groups.touch(window.keys, states_);
    arguments().add({window.end, window.rows, window.keys, states_}, groups.heap());
    note_pending(batch, window);
  }
}

void append_time(EventTime time, std::string& out) {
  Column column(kTimestamptzType, 1);
  column.values_of<TypeKind::kTimestamptz>()[0] = time.micros();
  append_key_value(column, 0, out);
}

/// A row's change goes out at the first tick behind its time that has not been yet, at the latest when its
/// window closes.
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
    by_tick[std::min(ticks_.of(time).front().end, close)].push_back(encoded_[i]);
  }
  for (const auto& [tick, keys] : by_tick) {
    states_.resize(keys.size());
    pending_.window(tick).insert_missing(keys, states_);
  }
}

bool ThinnedAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  const EventTime tick = pending_.first_window_end();
  if (tick > due) {
    const EventTime end = table().first_window_end();
    emitted_.drop_window(end);
    close(end);
    return true;
  }
  emit_slice(emission_.next(rows_max), out);
  if (!emission_.done()) return false;
  pending_.drop_window(tick);
  emission_.forget();
  return true;
}

void ThinnedAggregate::emit_slice(std::span<const StateGroup> pending, OperatorOutput& out) {
  if (pending.empty()) return;
  const std::vector<GroupState> groups = states_of(pending);
  const std::shared_ptr<SystemColumns> system = system_columns(groups);
  GroupResults results = compute_results(program(), arguments(), groups, system);
  Changes changes;
  decide(results, groups, changes);
  for (const RowError& error : results.failed) out.dead_letter(results.groups, error);
  counts.dead_results += results.failed.size();
  counts.results_by_close += changes.emitted.size();
  if (!changes.emitted.empty()) emit(std::move(results), std::move(changes), *system, out);
}

/// Of the groups that are pending, in the order of their windows.
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
  PACTOLUS_CHECK(rows != nullptr, "a pending group's window is gone");
  std::vector<std::string_view> keys;
  for (const GroupState& group : groups) keys.push_back(group.key);
  rows->load(keys);
  if (HotTable* emitted = emitted_.find_window(groups.front().window_end)) emitted->load(keys);
  for (GroupState& group : groups) {
    group.row = rows->find(group.key);
    PACTOLUS_CHECK(group.row != nullptr, "a pending group is gone");
  }
}

std::shared_ptr<SystemColumns> ThinnedAggregate::system_columns(std::span<const GroupState> groups) const {
  auto system = std::make_shared<SystemColumns>();
  for (const GroupState& group : groups)
    system->event_time.push_back(last_moment(program().windows ? group.window_end : emission_.end()));
  system->row_watermark = system->event_time;
  return system;
}

/// What differs from what went out last; remembers what goes out now.
void ThinnedAggregate::decide(GroupResults& results, std::span<const GroupState> groups, Changes& changes) {
  const std::span<const ColumnPtr> selected = std::span(results.results.columns).subspan(group_columns());
  for (uint32_t row = 0; row < groups.size(); ++row) {
    switch (results.outcomes[row]) {
      case GroupResults::kFailed:
        break;
      case GroupResults::kVisible: {
        std::string image;
        codec_.append_row(selected, row, image);
        if (groups[row].key.size() + image.size() + kEntryOverhead > kEntryBytesMax) {
          results.failed.push_back({row, "state_too_large", "the result is too long to be remembered"});
        } else if (replace(groups[row], image)) {
          changes.emitted.push_back(row);
        }
        break;
      }
      case GroupResults::kWithheld:
        ++counts.results_withheld;
        if (std::optional<std::string> previous = take(groups[row])) {
          changes.emitted.push_back(row);
          changes.retracted.push_back(row);
          changes.previous.push_back(*std::move(previous));
        }
        break;
    }
  }
  std::ranges::sort(results.failed, {}, &RowError::row);
}

/// False: the group's row is that already.
bool ThinnedAggregate::replace(const GroupState& group, std::string_view image) {
  HotTable& rows = emitted_.window(group.window_end);
  const std::string_view key = group.key;
  BlobRef ref;
  if (const std::byte* known = rows.find(key)) {
    std::memcpy(&ref, known, sizeof ref);
    if (ref.view() == image) return false;
  }
  std::byte* row = nullptr;
  rows.touch({&key, 1}, {&row, 1});
  if (ref.data != nullptr) rows.heap().release(ref);
  ref = rows.heap().store(image);
  std::memcpy(row, &ref, sizeof ref);
  return true;
}

/// The row that went out of the group, which is to be gone; none: there is none.
std::optional<std::string> ThinnedAggregate::take(const GroupState& group) {
  HotTable* rows = emitted_.find_window(group.window_end);
  const std::byte* row = rows == nullptr ? nullptr : rows->find(group.key);
  if (row == nullptr) return std::nullopt;
  BlobRef ref;
  std::memcpy(&ref, row, sizeof ref);
  std::string image(ref.view());
  rows->erase(group.key);
  return image;
}

void ThinnedAggregate::emit(GroupResults results, Changes changes, SystemColumns& system,
                            OperatorOutput& out) {
  ColumnBatch& batch = results.results;
  batch.selection = std::move(changes.emitted);
  if (!changes.retracted.empty()) {
    system.change.assign(batch.rows(), Change::kInsert);
    const auto images = std::make_shared<std::vector<std::string>>(std::move(changes.previous));
    const std::vector<std::string_view> views(images->begin(), images->end());
    const DecodedRows previous = codec_.decode(views, images);
    PACTOLUS_CHECK(previous.failures.empty(), "a row that went out cannot be read");
    for (uint32_t row : changes.retracted) system.change[row] = Change::kRetract;
    for (size_t i = 0; i < previous.columns.size(); ++i) {
      std::vector<SlotCopy> copies;
      for (uint32_t j = 0; j < changes.retracted.size(); ++j)
        copies.push_back({changes.retracted[j], previous.columns[i].get(), j});
      ColumnPtr& column = batch.columns[group_columns() + i];
      column = with_slots(*column, copies);
    }
  }
  out.emit(std::move(batch));
}

void ThinnedAggregate::set_watermark(EventTime watermark) {
  emission_.forget();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_thinned_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<ThinnedAggregate>(program, state);
}

}  // namespace pactolus

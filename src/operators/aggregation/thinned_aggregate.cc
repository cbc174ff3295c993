#include "operators/aggregation/thinned_aggregate.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/thinned_results.h"
#include "operators/windows/closing_window.h"

namespace pactolus {
namespace {

class ThinnedAggregate final : public AggregateOperator {
 public:
  ThinnedAggregate(const AggregateProgram& program, StateStore& state)
      : AggregateOperator(program, state), thinned_(program, arguments(), state), closing_(table()) {}

  EventTime next_due() const override {
    return std::min(thinned_.next_tick(), AggregateOperator::next_due());
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override {
    const ClosingWindow& under_way = thinned_.tick().under_way() ? thinned_.tick() : closing_;
    return under_way.cursor(program().step);
  }
  /// What is pending at a tick is there until all of it has gone out; a window closes behind all ticks until
  /// its end.
  void resume(const CloseCursor& cursor) override {
    (thinned_.has_tick(cursor.window_end) ? thinned_.tick() : closing_).resume(cursor);
  }

 private:
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void note_pending(const ColumnBatch& batch, const WindowRows& window);
  bool close_window(size_t rows_max, OperatorOutput& out);
  void emit_finals(std::span<const StateGroup> closed, OperatorOutput& out);
  std::vector<GroupState> states_of(std::span<const StateGroup> pending);
  void find_rows(std::span<GroupState> groups);

  bool marks_final() const { return program().thinning->marks_final; }

  ThinnedResults thinned_;
  ClosingWindow closing_;  // the window whose final results are going out
  ByteRows encoded_;       // scratch
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
    const EventTime tick = thinned_.tick_after(time);
    if (tick < close || !marks_final()) by_tick[std::min(tick, close)].push_back(encoded_[i]);
  }
  for (const auto& [tick, keys] : by_tick) thinned_.note(tick, keys);
}

bool ThinnedAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (thinned_.next_tick() > due) return close_window(rows_max, out);
  std::vector<GroupState> groups = states_of(thinned_.tick().next(rows_max));
  thinned_.emit(groups, false, before_rows, counts, out);
  return thinned_.end_tick();
}

bool ThinnedAggregate::close_window(size_t rows_max, OperatorOutput& out) {
  const EventTime end = table().first_window_end();
  if (marks_final()) {
    emit_finals(closing_.next(rows_max), out);
    if (!closing_.done()) return false;
    closing_.forget();
  }
  thinned_.drop_window(end);
  close(end);
  return true;
}

void ThinnedAggregate::emit_finals(std::span<const StateGroup> closed, OperatorOutput& out) {
  std::vector<GroupState> groups;
  std::vector<std::string_view> keys;
  for (const StateGroup& group : closed) {
    groups.push_back({group.key, closing_.end(), group.row});
    keys.push_back(group.key);
  }
  thinned_.load(closing_.end(), keys);
  thinned_.emit(groups, true, before_rows, counts, out);
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
  thinned_.load(groups.front().window_end, keys);
  for (GroupState& group : groups) {
    if (rows != nullptr) group.row = rows->find(group.key);
    PACTOLUS_CHECK(group.row != nullptr || program().over_table, "a pending group is gone");
  }
}

void ThinnedAggregate::set_watermark(EventTime watermark) {
  thinned_.tick().forget();
  closing_.forget();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_thinned_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<ThinnedAggregate>(program, state);
}

}  // namespace pactolus

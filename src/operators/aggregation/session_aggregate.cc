#include "operators/aggregation/session_aggregate.h"

#include <algorithm>

#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/aggregation/group_results.h"
#include "operators/aggregation/time_ordered_aggregate.h"
#include "operators/state_time.h"
#include "operators/windows/closing_window.h"

namespace pactolus {
namespace {

class SessionAggregate final : public TimeOrderedAggregate {
 public:
  SessionAggregate(const AggregateProgram& program, StateStore& state)
      : TimeOrderedAggregate(program, program.sessions->order, program.sessions->open, state),
        session_(*program.sessions),
        closing_(state.declare(session_.closing)),
        looked_at_(closing_) {}

  EventTime next_due() const override { return std::min({rows().next_due(), next_look(), next_tick()}); }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override {
    if (rows().taking()) return rows().cursor(program().step);
    return looked_at_.under_way() ? looked_at_.cursor(program().step) : tick_cursor();
  }
  void resume(const CloseCursor& cursor) override {
    const bool is_slice = rows().has_slice(cursor.window_end);
    if (resume_tick(cursor, is_slice || closing_.find_window(cursor.window_end) != nullptr)) return;
    if (is_slice) return rows().resume(cursor);
    looked_at_.resume(cursor);
  }

 private:
  /// Sessions that have ended.
  struct Ended {
    std::vector<GroupState> states;
    std::vector<EventTime> first;
  };

  RowWindow window_of(std::string_view group, EventTime time, EventTime slice_end, std::string& key) override;
  size_t last_offset() const override { return program().layout.field_offset(session_.last); }
  void begin(std::string_view group, EventTime time, EventTime slice_end, std::string& key);
  Ended look_at(std::span<const StateGroup> sessions, EventTime now);
  EventTime next_look() const { return program().due(closing_.first_window_end()); }
  void forget_open(const Ended& ended);
  void append_first(EventTime first, std::string& key);

  EventTime first_of(const std::byte* row) const {
    return time_at(row + program().layout.field_offset(session_.first));
  }
  EventTime end_of(const std::byte* row) const override {
    return session_.sessions.end(first_of(row), time_at(row + last_offset()));
  }

  const SessionProgram& session_;
  StateTable& closing_;
  ClosingWindow looked_at_;
  // Scratch.
  Column first_{kTimestamptzType, 1};
  std::vector<std::string_view> keys_;
};

/// The rows of a slice first: they may be of the sessions that end with it. At a tick goes out what is left
/// of both.
bool SessionAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (rows().next_due() == due) {
    take_rows(rows_max, out);
    return !rows().taking();
  }
  if (next_look() != due) return fire_tick(rows_max, out);
  const std::span<const StateGroup> sessions = looked_at_.next(rows_max);
  const Ended ended = look_at(sessions, looked_at_.end());
  forget_open(ended);
  end_windows(ended.states, out);
  if (!looked_at_.done()) return false;
  closing_.drop_window(looked_at_.end());
  looked_at_.forget();
  return true;
}

SessionAggregate::RowWindow SessionAggregate::window_of(std::string_view group, EventTime time,
                                                        EventTime slice_end, std::string& key) {
  const std::byte* open_session = open().find(group);
  bool begins = open_session == nullptr;
  if (!begins) {
    key.assign(group);
    append_first(time_at(open_session), key);
    const std::byte* row = windows_of_groups().find(key);
    PACTOLUS_CHECK(row != nullptr, "an open session has no state");
    begins = time >= end_of(row);
  }
  if (begins) begin(group, time, slice_end, key);
  return {windows_of_groups().touch(key), begins};
}

void SessionAggregate::begin(std::string_view group, EventTime time, EventTime slice_end, std::string& key) {
  put_time(time, open().touch(group));
  key.assign(group);
  append_first(time, key);
  put_time(time, windows_of_groups().touch(key) + program().layout.field_offset(session_.first));
  closing_.window(session_.look_at(session_.sessions.end(time, time), slice_end)).touch(key);
}

/// Those of the sessions that have ended. The others are looked at again later.
SessionAggregate::Ended SessionAggregate::look_at(std::span<const StateGroup> sessions, EventTime now) {
  keys_.clear();
  for (const StateGroup& session : sessions) keys_.push_back(session.key);
  HotTable& states = windows_of_groups();
  states.load(keys_);
  Ended ended;
  for (std::string_view key : keys_) {
    const std::byte* row = states.find(key);
    PACTOLUS_CHECK(row != nullptr, "a session that may have ended has no state");
    const EventTime end = end_of(row);
    if (end > now) {
      closing_.window(session_.look_at(end, now)).touch(key);
      continue;
    }
    ended.states.push_back({key, end, row});
    ended.first.push_back(first_of(row));
  }
  return ended;
}

void SessionAggregate::forget_open(const Ended& ended) {
  std::string first;
  for (size_t i = 0; i < ended.states.size(); ++i) {
    const std::string_view key = ended.states[i].key;
    first.clear();
    append_first(ended.first[i], first);
    const std::string_view group = key.substr(0, key.size() - first.size());
    const std::byte* open_session = open().find(group);
    if (open_session != nullptr && time_at(open_session) == ended.first[i]) open().erase(group);
  }
}

void SessionAggregate::append_first(EventTime first, std::string& key) {
  first_.values_of<TypeKind::kTimestamptz>()[0] = first.micros();
  append_key_value(first_, 0, key);
}

void SessionAggregate::set_watermark(EventTime watermark) {
  looked_at_.forget();
  TimeOrderedAggregate::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_session_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<SessionAggregate>(program, state);
}

}  // namespace pactolus

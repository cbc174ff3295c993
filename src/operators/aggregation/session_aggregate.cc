#include "operators/aggregation/session_aggregate.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/group_results.h"
#include "operators/windows/closing_window.h"

namespace pactolus {
namespace {

EventTime time_at(const std::byte* bytes) {
  int64_t micros = 0;
  std::memcpy(&micros, bytes, sizeof micros);
  return EventTime{micros};
}

void put_time(EventTime time, std::byte* bytes) {
  const int64_t micros = time.micros();
  std::memcpy(bytes, &micros, sizeof micros);
}

std::byte* touch(HotTable& table, std::string_view key) {
  std::byte* row = nullptr;
  table.touch({&key, 1}, {&row, 1});
  return row;
}

class SessionAggregate final : public AggregateOperator {
 public:
  SessionAggregate(const AggregateProgram& program, StateStore& state)
      : AggregateOperator(program, state),
        session_(*program.sessions),
        rows_(session_.order, state),
        open_(state.declare(session_.open)),
        closing_(state.declare(session_.closing)),
        looked_at_(closing_) {}

  EventTime next_due() const override {
    return std::min(rows_.next_due(), program().due(closing_.first_window_end()));
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override {
    return rows_.taking() ? rows_.cursor(program().step) : looked_at_.cursor(program().step);
  }
  void resume(const CloseCursor& cursor) override {
    if (rows_.has_slice(cursor.window_end)) return rows_.resume(cursor);
    looked_at_.resume(cursor);
  }

 private:
  /// A group's session as a row finds or makes it.
  struct Place {
    std::string_view key;  // of the group
    EventTime first;
    std::byte* state;
  };
  /// Sessions that have ended.
  struct Ended {
    std::vector<GroupState> states;
    std::vector<EventTime> first;
  };

  std::vector<RowError> admit(ColumnBatch& batch) override { return rows_.put(batch); }
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override {
    for (const RowError& error : refused()) out.dead_letter(batch, error);
  }
  void take(const ColumnBatch& batch, EventTime slice_end);
  std::byte* session_of(std::string_view group, EventTime time, EventTime slice_end);
  void begin(std::string_view group, EventTime time, EventTime slice_end);
  Ended look_at(std::span<const StateGroup> sessions, EventTime now);
  void emit_results(const Ended& ended, OperatorOutput& out);
  void forget(const Ended& ended);
  std::string_view key_of(std::string_view group, EventTime first);

  EventTime first_of(const std::byte* row) const {
    return time_at(row + program().layout.field_offset(session_.first));
  }
  EventTime end_of(const std::byte* row) const {
    return session_.sessions.end(first_of(row), time_at(row + program().layout.field_offset(session_.last)));
  }

  const SessionProgram& session_;
  TimeOrderedRows rows_;
  StateTable& open_;
  StateTable& closing_;
  ClosingWindow looked_at_;
  // Scratch.
  Column first_{kTimestamptzType, 1};
  std::string key_;
  ByteRows session_keys_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> states_;
};

/// The rows of a slice first: they may be of the sessions that end with it.
bool SessionAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (rows_.next_due() == due) {
    const EventTime slice_end = rows_.slice_end();
    take(rows_.take(rows_max), slice_end);
    return !rows_.taking();
  }
  const std::span<const StateGroup> sessions = looked_at_.next(rows_max);
  PACTOLUS_CHECK(program().due(looked_at_.end()) == due, "a session was looked at at another time than due");
  const Ended ended = look_at(sessions, looked_at_.end());
  emit_results(ended, out);
  forget(ended);
  if (!looked_at_.done()) return false;
  closing_.drop_window(looked_at_.end());
  looked_at_.forget();
  return true;
}

void SessionAggregate::take(const ColumnBatch& batch, EventTime slice_end) {
  PACTOLUS_CHECK(arguments().evaluate(batch).empty(), "what could be computed fails now");
  const std::span<const std::string_view> groups = encode_keys(batch);
  open_.running().load(groups);
  session_keys_.clear();
  states_.clear();
  for (uint32_t row = 0; row < batch.rows(); ++row) {
    states_.push_back(session_of(groups[row], batch.system->event_time[row], slice_end));
    session_keys_.bytes() += key_;
    session_keys_.end_row();
  }
  keys_.clear();
  for (size_t i = 0; i < session_keys_.size(); ++i) keys_.push_back(session_keys_[i]);
  arguments().add({EventTime::max(), batch.selection, keys_, states_}, table().running().heap());
  arguments().clear();
}

/// The state of the session that a row belongs to, whose key is key_ then.
std::byte* SessionAggregate::session_of(std::string_view group, EventTime time, EventTime slice_end) {
  if (const std::byte* open = open_.running().find(group)) {
    const std::byte* row = table().running().find(key_of(group, time_at(open)));
    PACTOLUS_CHECK(row != nullptr, "an open session has no state");
    if (time >= end_of(row)) begin(group, time, slice_end);
  } else {
    begin(group, time, slice_end);
  }
  std::byte* state = touch(table().running(), key_);
  put_time(time, state + program().layout.field_offset(session_.last));
  return state;
}

void SessionAggregate::begin(std::string_view group, EventTime time, EventTime slice_end) {
  put_time(time, touch(open_.running(), group));
  std::byte* state = touch(table().running(), key_of(group, time));
  put_time(time, state + program().layout.field_offset(session_.first));
  touch(closing_.window(session_.look_at(session_.sessions.end(time, time), slice_end)), key_);
}

/// Those of the sessions that have ended. The others are looked at again later.
SessionAggregate::Ended SessionAggregate::look_at(std::span<const StateGroup> sessions, EventTime now) {
  keys_.clear();
  for (const StateGroup& session : sessions) keys_.push_back(session.key);
  HotTable& states = table().running();
  states.load(keys_);
  Ended ended;
  for (std::string_view key : keys_) {
    const std::byte* row = states.find(key);
    PACTOLUS_CHECK(row != nullptr, "a session that may have ended has no state");
    const EventTime end = end_of(row);
    if (end > now) {
      touch(closing_.window(session_.look_at(end, now)), key);
      continue;
    }
    ended.states.push_back({key, end, row});
    ended.first.push_back(first_of(row));
  }
  return ended;
}

void SessionAggregate::emit_results(const Ended& ended, OperatorOutput& out) {
  if (ended.states.empty()) return;
  auto system = std::make_shared<SystemColumns>();
  for (const GroupState& session : ended.states)
    system->event_time.push_back(last_moment(session.window_end));
  system->row_watermark = system->event_time;
  emit_closed(compute_results(program(), arguments(), ended.states, std::move(system)), counts, out);
}

void SessionAggregate::forget(const Ended& ended) {
  for (size_t i = 0; i < ended.states.size(); ++i) {
    const std::string_view key = ended.states[i].key;
    const size_t first_bytes = key_of("", ended.first[i]).size();
    const std::string_view group = key.substr(0, key.size() - first_bytes);
    const std::byte* open = open_.running().find(group);
    if (open != nullptr && time_at(open) == ended.first[i]) open_.running().erase(group);
    arguments().erase_group(key);
    table().running().erase(key);
  }
}

/// Of a session, in key_.
std::string_view SessionAggregate::key_of(std::string_view group, EventTime first) {
  first_.values_of<TypeKind::kTimestamptz>()[0] = first.micros();
  key_.assign(group);
  append_key_value(first_, 0, key_);
  return key_;
}

void SessionAggregate::set_watermark(EventTime watermark) {
  looked_at_.forget();
  rows_.set_watermark(watermark);
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_session_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<SessionAggregate>(program, state);
}

}  // namespace pactolus

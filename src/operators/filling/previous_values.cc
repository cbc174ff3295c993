#include "operators/filling/previous_values.h"

#include "base/check.h"
#include "data/copy_slot.h"
#include "data/key_encoding.h"
#include "operators/state_time.h"

namespace pactolus {
namespace {

/// The end of a chain: before all times.
constexpr EventTime kNone = EventTime::min();

}  // namespace

PreviousValuesTable::PreviousValuesTable(const PreviousValues& previous, StateStore& state)
    : previous_(previous),
      table_(state.declare(previous.layout)),
      latest_(state.declare(previous.latest)),
      lookup_(previous.windows) {}

void PreviousValuesTable::drop_first_window() {
  const EventTime end = table_.first_window_end();
  table_.drop_window(end);
  latest_.drop_window(end);
}

void PreviousValuesTable::remember(const ColumnPtr& column, uint32_t row, std::string_view group,
                                   EventTime time) {
  const EventTime end = window_end(time);
  HotTable& entries = table_.window(end);
  const EventTime last = latest_in(end, group);
  if (last < time) {
    put_time(time, latest_.window(end).touch(group));
    put_time(last, entries.touch(key_of(group, time)) + before_offset());
  } else if (last > time) {
    insert_into_chain(entries, group, last, time);
  }
  std::byte* state = entries.touch(key_of(group, time));
  previous_.value->add({&column, 1}, {&row, 1}, {&state, 1}, entries.heap());
}

void PreviousValuesTable::fill(Column& to, uint32_t row, std::string_view group, EventTime time,
                               Arena& texts) {
  const std::byte* state = find(group, time);
  if (state == nullptr) return;
  Column value(to.type(), 1);
  RowErrors errors;
  previous_.value->result({&state, 1}, value, errors);
  PACTOLUS_CHECK(errors.empty(), "a remembered value has no result");
  copy_slot(value, 0, to, row);
  if (!holds_bytes(to.type().kind)) return;
  std::string_view& text = to.values<std::string_view>()[row];
  text = texts.copy(text);
}

/// Valid until the next call.
std::string_view PreviousValuesTable::key_of(std::string_view group, EventTime time) {
  time_.values_of<TypeKind::kTimestamptz>()[0] = time.micros();
  key_.assign(group);
  append_key_value(time_, 0, key_);
  return key_;
}

/// kNone: the group has no value in the window.
EventTime PreviousValuesTable::latest_in(EventTime window_end, std::string_view group) {
  HotTable* window = latest_.find_window(window_end);
  const std::byte* row = window == nullptr ? nullptr : window->find(group);
  return row == nullptr ? kNone : time_at(row);
}

const std::byte* PreviousValuesTable::entry(HotTable& entries, std::string_view group, EventTime time) {
  const std::byte* row = entries.find(key_of(group, time));
  PACTOLUS_CHECK(row != nullptr, "a chain of previous values is broken");
  return row;
}

EventTime PreviousValuesTable::before(HotTable& entries, std::string_view group, EventTime time) {
  return time_at(entry(entries, group, time) + before_offset());
}

/// Makes an entry at `time`, which lies before `last`, if there is none.
void PreviousValuesTable::insert_into_chain(HotTable& entries, std::string_view group, EventTime last,
                                            EventTime time) {
  EventTime behind = last;
  EventTime next = before(entries, group, behind);
  while (next > time) {
    behind = next;
    next = before(entries, group, behind);
  }
  if (next == time) return;
  put_time(next, entries.touch(key_of(group, time)) + before_offset());
  put_time(time, entries.touch(key_of(group, behind)) + before_offset());
}

const std::byte* PreviousValuesTable::find(std::string_view group, EventTime time) {
  const EventTime end = window_end(time);
  EventTime found = latest_in(end, group);
  while (found > time) found = before(*table_.find_window(end), group, found);
  if (found != kNone) return entry(*table_.find_window(end), group, found);
  const EventTime window_before = end - previous_.within;
  found = latest_in(window_before, group);
  if (found == kNone || found <= time - previous_.within) return nullptr;
  return entry(*table_.find_window(window_before), group, found);
}

}  // namespace pactolus

#include "operators/looking_back/frame.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/arena.h"
#include "base/check.h"
#include "data/copy_slot.h"
#include "operators/aggregation/group_results.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

std::vector<uint32_t> first_rows(size_t count) {
  std::vector<uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

/// A time in a state that is zero is before all times: the group is new.
constexpr int64_t kZeroTime = EventTime::min().micros();

/// Errors of rows in `rows` alone (ascending): the others' results are of no interest.
void add_errors_of(std::span<const uint32_t> rows, RowErrors& found, RowErrors& errors) {
  for (RowError& error : found.take()) {
    if (std::ranges::binary_search(rows, error.row))
      errors.add(error.row, std::move(error.code), std::move(error.message));
  }
}

}  // namespace

ColumnBatch EventReader::batch(const Events& events, size_t begin, size_t count) const {
  const auto images = std::span(events.images).subspan(begin, count);
  DecodedRows rows = program_.codec.decode(images, nullptr);
  PACTOLUS_CHECK(rows.failures.empty(), "an event in the state cannot be read");
  ColumnBatch batch;
  batch.schema = &program_.input;
  batch.columns.resize(program_.input.size());
  for (size_t i = 0; i < program_.kept.size(); ++i)
    batch.columns[program_.kept[i]] = std::move(rows.columns[i]);
  auto system = std::make_shared<SystemColumns>();
  const auto times = std::span(events.times).subspan(begin, count);
  system->event_time.assign(times.begin(), times.end());
  batch.system = std::move(system);
  batch.selection = first_rows(count);
  return batch;
}

Frame::Frame(const OverProgram& program, const FrameProgram& frame, EventHistory& history, StateTable* groups,
             StateStore& state)
    : program_(program), frame_(frame), history_(history), reader_(program), afresh_(frame.afresh) {
  if (!frame.keeps_states()) return;
  table_ = groups;
  for (const FollowingCalls& calls : frame.following) add_followers(calls, state);
  if (frame.base) base_ = &state.declare(*frame.base);
}

void Frame::add_followers(const FollowingCalls& calls, StateStore& state) {
  Followers& followers =
      followers_.emplace_back(calls, AggregateArguments(calls.program, state),
                              AggregateArguments::Evaluated(), AfreshCalls(calls.program), std::nullopt);
  if (!calls.parts) return;
  followers.parts.emplace(
      state.declare(*calls.parts), history_,
      [this, &followers](const Events& events, std::byte* part, BlobHeap& heap) {
        take(followers, events, kOnlyRow, part, heap);
      },
      [&calls](std::byte* into, const std::byte* from, BlobHeap& heap) {
        merge(calls.program, into, from, heap);
      });
}

// ---- a batch
// ----------------------------------------------------------------------------------------------------------

std::vector<RowError> Frame::evaluate(const ColumnBatch& batch) {
  RowErrors errors;
  errors.add(afresh_.evaluate(batch));
  for (Followers& followers : followers_) errors.add(followers.arguments.evaluate(batch));
  return errors.take();
}

size_t Frame::text_bytes(uint32_t row) const {
  size_t bytes = afresh_.text_bytes(row);
  for (const Followers& followers : followers_) bytes += followers.arguments.text_bytes(row);
  return bytes;
}

void Frame::begin(const ColumnBatch& batch, EventTime beginning) {
  batch_ = batch;
  beginning_ = beginning;
  alone_.clear();
  if (table_ != nullptr) {
    for (Followers& followers : followers_) followers.arguments.exchange(followers.evaluated);
    states_.assign(batch.rows() * layout().row_size(), std::byte{0});
  }
  texts_ = std::make_shared<Arena>();
  afresh_results_.clear();
  for (const BoundCall& call : frame_.afresh.calls) {
    auto& column = afresh_results_.emplace_back(make_column(call.state().result_type(), batch.rows()));
    column->keep(texts_);
  }
  if (frame_.complete_column) complete_ = make_column(kBooleanType, batch.rows());
}

void Frame::prepare(std::span<const uint32_t> rows, std::span<const std::string_view> groups,
                    std::span<std::byte* const> states) {
  if (table_ == nullptr) return;
  prepared_.assign(states.begin(), states.end());
  next_prepared_ = 0;
  for (Followers& followers : followers_) {
    followers.arguments.exchange(followers.evaluated);
    followers.arguments.prefetch(rows, groups);
    followers.arguments.exchange(followers.evaluated);
  }
}

void Frame::look_back(std::string_view group, uint32_t row, EventTime time, const Events& before) {
  const LookBack& look_back = frame_.look_back;
  if (table_ != nullptr) {
    row_ = prepared_[next_prepared_++] + frame_.offset;
    move(group, time);
    if (look_back.with_current) take_current(group, row, time);
    const size_t size = layout().row_size();
    std::memcpy(states_.data() + row * size, row_, size);
    if (!look_back.with_current) take_current(group, row, time);
  }
  events_.clear();
  if (look_back.reach == LookBack::kRows) {
    const size_t wanted = look_back.rows - (look_back.with_current ? 1 : 0);
    for (size_t left = std::min(before.size(), wanted); left > 0; --left) {
      events_.add(before.times[left - 1], before.images[left - 1]);
    }
  } else if (!frame_.afresh.calls.empty()) {
    history_.read(group, look_back.after(time), time, events_);
  }
  note_complete(row, time, events_.size());
  look_afresh(row);
}

void Frame::look_back_alone(uint32_t row, EventTime time) {
  alone_.push_back(row);
  events_.clear();
  note_complete(row, time, 0);
  look_afresh(row);
}

/// `events`: those of the window but for the row itself.
void Frame::note_complete(uint32_t row, EventTime time, size_t events) {
  if (!complete_) return;
  const LookBack& look_back = frame_.look_back;
  const size_t seen = events + (look_back.with_current ? 1 : 0);
  const bool complete = look_back.reach == LookBack::kTime   ? beginning_ <= look_back.after(time)
                        : look_back.reach == LookBack::kRows ? seen == look_back.rows
                                                             : true;
  complete_->values_of<TypeKind::kBoolean>()[row] = complete ? 1 : 0;
}

void Frame::look_afresh(uint32_t row) {
  if (frame_.afresh.calls.empty()) return;
  reader_.for_each_batch(events_, [&](const ColumnBatch& batch) { afresh_.add(batch); });
  if (frame_.look_back.with_current) afresh_.add(row_alone(row));
  for (size_t call = 0; call < frame_.afresh.calls.size(); ++call)
    result_afresh(afresh_, call, row, *afresh_results_[call], errors_);
  afresh_.forget();
}

ColumnBatch Frame::row_alone(uint32_t row) const {
  ColumnBatch one = batch_;
  one.selection = {row};
  return one;
}

void Frame::result_afresh(AfreshCalls& calls, size_t call, uint32_t row, Column& to, RowErrors& errors) {
  RowErrors failed;
  const ColumnPtr result = calls.result(call, failed);
  for (RowError& error : failed.take()) errors.add(row, std::move(error.code), std::move(error.message));
  copy_slot(*result, 0, to, row);
  if (!holds_bytes(to.type().kind)) return;
  std::string_view& text = to.values<std::string_view>()[row];
  text = texts_->copy(text);
}

void Frame::finish(std::span<const uint32_t> rows, std::vector<ColumnPtr>& raw, RowErrors& errors) {
  for (Followers& followers : followers_) {
    results_of_states(followers, rows, raw, errors);
    followers.arguments.clear();
    followers.evaluated.clear();
  }
  for (size_t call = 0; call < afresh_results_.size(); ++call)
    raw[frame_.afresh_columns[call]] = std::move(afresh_results_[call]);
  if (complete_) raw[*frame_.complete_column] = std::move(complete_);
  add_errors_of(rows, errors_, errors);
  batch_ = {};
}

void Frame::results_of_states(Followers& followers, std::span<const uint32_t> rows,
                              std::vector<ColumnPtr>& raw, RowErrors& errors) {
  const AggregateProgram& program = followers.calls.program;
  std::vector<GroupState> states(batch_.rows());
  const size_t size = layout().row_size();
  for (size_t row = 0; row < states.size(); ++row)
    states[row] = {{}, EventTime::max(), states_.data() + row * size};
  std::vector<std::shared_ptr<Column>> results;
  for (size_t call = 0; call < program.calls.size(); ++call) {
    RowErrors failed;
    results.push_back(call_results(program, followers.arguments, call, states, failed));
    results.back()->keep(texts_);
    add_errors_of(rows, failed, errors);
  }
  for (uint32_t row : alone_) {
    if (frame_.look_back.with_current) followers.alone.add(row_alone(row));
    for (size_t call = 0; call < results.size(); ++call)
      result_afresh(followers.alone, call, row, *results[call], errors);
    followers.alone.forget();
  }
  for (size_t call = 0; call < results.size(); ++call)
    raw[followers.calls.columns[call]] = std::move(results[call]);
}

// ---- the states
// ---------------------------------------------------------------------------------------------------------

GroupedRows Frame::grouped(std::span<const uint32_t> rows, std::string_view group, std::byte* state) {
  keys_.assign(rows.size(), group);
  rows_of_states_.assign(rows.size(), state);
  return {EventTime::max(), rows, keys_, rows_of_states_};
}

EventTime Frame::time_in(size_t field) const {
  int64_t micros = 0;
  std::memcpy(&micros, row_ + layout().field_offset(field), sizeof micros);
  return EventTime{micros ^ kZeroTime};
}

void Frame::set_time(size_t field, EventTime time) {
  const int64_t micros = time.micros() ^ kZeroTime;
  std::memcpy(row_ + layout().field_offset(field), &micros, sizeof micros);
}

void Frame::move(std::string_view group, EventTime time) {
  const LookBack& look_back = frame_.look_back;
  const EventTime after = look_back.after(time);
  const EventTime until = time_in(frame_.until_field);
  if (until == EventTime::min()) {
    set_time(frame_.oldest_field, EventTime::max());
    put_in(group, after, time, true);
  } else if (time >= until) {
    if (time_in(frame_.oldest_field) <= after) {
      take_out(group, look_back.after(until), std::min(after, until));
      set_time(frame_.oldest_field, history_.first_after(group, after, until));
    }
    if (time_in(frame_.latest_field) > until) put_in(group, std::max(until, after), time, true);
  } else {
    take_out(group, std::max(time, look_back.after(until)), until);
    put_in(group, after, std::min(look_back.after(until), time), false);
  }
  set_time(frame_.until_field, time);
  take_anew(group, after, time);
}

void Frame::take_out(std::string_view group, EventTime after, EventTime until) {
  events_.clear();
  history_.read(group, after, until, events_);
  reader_.for_each_batch(events_, [&](const ColumnBatch& batch) {
    for (Followers& followers : followers_) {
      if (followers.lost) continue;
      AggregateArguments& arguments = followers.arguments;
      arguments.evaluate(batch);
      if (followers.give_back()) {
        arguments.retract(grouped(batch.selection, group, row_), heap());
      } else {
        followers.lost = !std::ranges::all_of(batch.selection,
                                              [&](uint32_t row) { return arguments.can_spare(row, row_); });
      }
    }
  });
}

void Frame::put_in(std::string_view group, EventTime after, EventTime until, bool in_order) {
  events_.clear();
  history_.read(group, after, until, events_);
  if (events_.size() == 0) return;
  set_time(frame_.oldest_field, std::min(time_in(frame_.oldest_field), events_.times.front()));
  for (Followers& followers : followers_)
    followers.lost = followers.lost || (!in_order && !followers.calls.in_any_order);
  reader_.for_each_batch(events_, [&](const ColumnBatch& batch) {
    for (Followers& followers : followers_) {
      if (!followers.lost) take(followers, batch, group, row_, heap());
    }
  });
}

void Frame::take(Followers& followers, const ColumnBatch& events, std::string_view group, std::byte* row,
                 BlobHeap& heap) {
  followers.arguments.evaluate(events);
  followers.arguments.add(grouped(events.selection, group, row), heap);
}

void Frame::take(Followers& followers, const Events& events, std::string_view group, std::byte* row,
                 BlobHeap& heap) {
  reader_.for_each_batch(events, [&](const ColumnBatch& batch) { take(followers, batch, group, row, heap); });
}

void Frame::take_current(std::string_view group, uint32_t row, EventTime time) {
  for (Followers& followers : followers_) {
    followers.arguments.exchange(followers.evaluated);
    followers.arguments.add(grouped({&row, 1}, group, row_), heap());
    followers.arguments.exchange(followers.evaluated);
  }
  set_time(frame_.oldest_field, std::min(time_in(frame_.oldest_field), time));
  set_time(frame_.latest_field, std::max(time_in(frame_.latest_field), time));
}

/// Calls that have lost an event take those of the window, and nothing else.
void Frame::take_anew(std::string_view group, EventTime after, EventTime until) {
  for (Followers& followers : followers_) {
    if (followers.lost) take_anew(followers, group, after, until);
    followers.lost = false;
  }
}

void Frame::take_anew(Followers& followers, std::string_view group, EventTime after, EventTime until) {
  const AggregateProgram& program = followers.calls.program;
  forget(program);
  if (const std::byte* base = base_ == nullptr ? nullptr : base_->running().find(group))
    merge(program, row_, base, heap());
  if (followers.parts) {
    followers.parts->walk(
        group, after, until, [&](const Events& events) { take(followers, events, group, row_, heap()); },
        [&](const std::byte* part) { merge(program, row_, part, heap()); });
  } else {
    events_.clear();
    history_.read(group, after, until, events_);
    take(followers, events_, group, row_, heap());
  }
}

void Frame::merge(const AggregateProgram& program, std::byte* into, const std::byte* from, BlobHeap& heap) {
  for (size_t call = 0; call < program.calls.size(); ++call) {
    const size_t offset = program.state_offset(call);
    program.calls[call].aggregate->merge(into + offset, from + offset, heap);
  }
}

void Frame::chunk_changed(const ChangedChunk& chunk) {
  for (Followers& followers : followers_) {
    if (followers.parts) followers.parts->changed(chunk);
  }
}

void Frame::drop_segment(EventTime segment_end) {
  for (Followers& followers : followers_) {
    if (followers.parts) followers.parts->drop_segment(segment_end);
  }
}

void Frame::forget(const AggregateProgram& program) {
  for (size_t call = 0; call < program.calls.size(); ++call) {
    std::byte* state = row_ + program.state_offset(call);
    const AggregateState& aggregate = program.calls[call].state();
    for (size_t offset : aggregate.blob_offsets())
      heap().release(*reinterpret_cast<const BlobRef*>(state + offset));
    std::memset(state, 0, aggregate.state_size());
  }
}

bool Frame::let_go(std::string_view group, std::byte* states, EventTime last, const Events& events) {
  if (table_ == nullptr) return true;
  row_ = states + frame_.offset;
  if (frame_.look_back.reach == LookBack::kUnbounded) {
    take_for_ever(group, last, events);
    return false;
  }
  const EventTime until = time_in(frame_.until_field);
  if (until == EventTime::min()) return true;
  const EventTime after = frame_.look_back.after(until);
  if (after >= last) return false;
  take_out(group, after, std::min(last, until));
  if (until > last) {
    set_time(frame_.oldest_field, history_.first_after(group, last, until));
    take_anew(group, last, until);
    return false;
  }
  // If the last row came late, a row to come takes the events behind it.
  const bool is_new = time_in(frame_.latest_field) <= last;
  for (Followers& followers : followers_) {
    followers.lost = false;
    if (is_new || !followers.give_back()) forget(followers.calls.program);
  }
  if (!is_new) {
    set_time(frame_.oldest_field, EventTime::max());
    return false;
  }
  for (size_t field : {frame_.until_field, frame_.oldest_field, frame_.latest_field})
    set_time(field, EventTime::min());
  return true;
}

/// No row up to `last` comes any more.
void Frame::take_for_ever(std::string_view group, EventTime last, const Events& events) {
  if (time_in(frame_.until_field) < last) move(group, last);
  if (base_ == nullptr) return;
  HotTable& groups = base_->running();
  row_ = groups.touch(group);
  for (Followers& followers : followers_) {
    if (!followers.give_back()) take(followers, events, group, row_, groups.heap());
  }
}

}  // namespace pactolus

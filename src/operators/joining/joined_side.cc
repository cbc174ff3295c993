#include "operators/joining/joined_side.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "config/quantities.h"
#include "data/calendar.h"
#include "data/key_encoding.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

constexpr int64_t kNone = -1;  // the end of a chain

// The fields of a row, and those of a chain.
enum RowField : size_t { kImage, kTime, kBefore };
enum ChainField : size_t { kLast, kCount };

int64_t number_at(const std::byte* at) {
  int64_t number = 0;
  std::memcpy(&number, at, sizeof number);
  return number;
}

void put_number(int64_t number, std::byte* at) { std::memcpy(at, &number, sizeof number); }

EventTime end_around(EventTime time, Duration length) {
  return EventTime{(floor_divide(time.micros(), length.count()) + 1) * length.count()};
}

}  // namespace

JoinedSideRows::JoinedSideRows(const JoinedSide& side, StateStore& state)
    : side_(side),
      codec_(side.kept),
      rows_(state.declare(side.rows)),
      chains_(state.declare(side.chains)),
      unmatched_(side.is_outer ? &state.declare(side.unmatched) : nullptr) {
  if (unmatched_ != nullptr) taken_.emplace(*unmatched_);
}

void JoinedSideRows::load(std::span<const std::string_view> keys, EventTime from, EventTime to) {
  if (!chains_.partly_on_disk()) return;
  for (EventTime end : chains_.window_ends()) {
    if (end >= window_end(from) && end <= window_end(to)) chains_.find_window(end)->load(keys);
  }
}

void JoinedSideRows::find(std::string_view key, EventTime from, EventTime to, std::vector<JoinedRow>& found) {
  for (EventTime end = window_end(from); end <= window_end(to); end = end + side_.window)
    find_in_window(end, key, from, to, found);
}

void JoinedSideRows::find_in_window(EventTime end, std::string_view key, EventTime from, EventTime to,
                                    std::vector<JoinedRow>& found) {
  HotTable* chains = chains_.find_window(end);
  const std::byte* chain = chains == nullptr ? nullptr : chains->find(key);
  if (chain == nullptr) return;
  HotTable& rows = *rows_.find_window(end);
  const size_t first = found.size();
  for (int64_t place = number_at(chain + side_.chains.field_offset(kLast)); place != kNone;) {
    const std::byte* row = rows.find(key_of(key, place));
    PACTOLUS_CHECK(row != nullptr, "a chain of joined rows is broken");
    const JoinedRow read_row = read(row, place);
    if (read_row.time < from) break;
    if (read_row.time <= to) found.push_back(read_row);
    place = before(row);
  }
  std::reverse(found.begin() + static_cast<std::ptrdiff_t>(first), found.end());
}

void JoinedSideRows::put(std::string_view key, EventTime time, std::string_view image, bool matched) {
  const EventTime end = window_end(time);
  std::byte* chain = chains_.window(end).touch(key);
  const int64_t place = number_at(chain + side_.chains.field_offset(kCount));
  int64_t last = place == 0 ? kNone : number_at(chain + side_.chains.field_offset(kLast));
  HotTable& rows = rows_.window(end);
  const int64_t before = link(rows, key, last, time, place);
  put_number(last, chain + side_.chains.field_offset(kLast));
  put_number(place + 1, chain + side_.chains.field_offset(kCount));
  std::byte* row = rows.touch(key_of(key, place));
  const BlobRef blob = rows.heap().store(image);
  std::memcpy(row + side_.rows.field_offset(kImage), &blob, sizeof blob);
  put_number(time.micros(), row + side_.rows.field_offset(kTime));
  put_number(before, row + side_.rows.field_offset(kBefore));
  if (unmatched_ == nullptr || matched) return;
  put_number(1, unmatched_->window(slice_end(time)).touch(key_of(key, place)));
}

/// Puts a place behind the last one whose time is not later, and gives that. `last`: of the chain, before and
/// after.
int64_t JoinedSideRows::link(HotTable& rows, std::string_view key, int64_t& last, EventTime time,
                             int64_t place) {
  int64_t behind = kNone;
  int64_t next = last;
  while (next != kNone) {
    const std::byte* row = rows.find(key_of(key, next));
    PACTOLUS_CHECK(row != nullptr, "a chain of joined rows is broken");
    if (read(row, next).time <= time) break;
    behind = next;
    next = before(row);
  }
  if (behind == kNone) {
    last = place;
  } else {
    put_number(place, rows.touch(key_of(key, behind)) + side_.rows.field_offset(kBefore));
  }
  return next;
}

void JoinedSideRows::mark_matched(std::string_view key, const JoinedRow& row) {
  if (unmatched_ == nullptr) return;
  if (HotTable* slice = unmatched_->find_window(slice_end(row.time))) slice->erase(key_of(key, row.place));
}

EventTime JoinedSideRows::first_unmatched() const {
  return unmatched_ == nullptr ? EventTime::max() : unmatched_->first_window_end();
}

void JoinedSideRows::drop_first_window() {
  const EventTime end = first_window();
  rows_.drop_window(end);
  chains_.drop_window(end);
}

std::vector<JoinedRow> JoinedSideRows::take_unmatched(size_t rows_max) {
  std::vector<JoinedRow> result;
  std::vector<std::string_view> keys;
  for (const StateGroup& entry : taken_->next(rows_max)) keys.push_back(entry.key);
  HotTable* rows = rows_.find_window(window_end(taken_->end() - Duration{1}));
  PACTOLUS_CHECK(rows != nullptr || keys.empty(), "rows without a partner are gone before their time");
  if (rows != nullptr) rows->load(keys);
  for (std::string_view key : keys) {
    const std::byte* row = rows->find(key);
    PACTOLUS_CHECK(row != nullptr, "a row without a partner is gone before its time");
    result.push_back(read(row, 0));
  }
  if (!taken_->done()) return result;
  unmatched_->drop_window(taken_->end());
  taken_->forget();
  return result;
}

void JoinedSideRows::forget_taking() {
  if (taken_) taken_->forget();
}

std::optional<CloseCursor> JoinedSideRows::cursor(const std::string& step) const {
  return taken_ ? taken_->cursor(step) : std::nullopt;
}

EventTime JoinedSideRows::window_end(EventTime time) const { return end_around(time, side_.window); }

EventTime JoinedSideRows::slice_end(EventTime time) const { return end_around(time, side_.slice); }

/// Valid until the next call.
std::string_view JoinedSideRows::key_of(std::string_view key, int64_t place) {
  place_.values_of<TypeKind::kBigint>()[0] = place;
  key_.assign(key);
  append_key_value(place_, 0, key_);
  return key_;
}

JoinedRow JoinedSideRows::read(const std::byte* row, int64_t place) const {
  BlobRef image;
  std::memcpy(&image, row + side_.rows.field_offset(kImage), sizeof image);
  return {image.view(), EventTime{number_at(row + side_.rows.field_offset(kTime))}, place};
}

int64_t JoinedSideRows::before(const std::byte* row) const {
  return number_at(row + side_.rows.field_offset(kBefore));
}

JoinedSide with_tables(const std::string& step, const Schema& input, JoinedSideShape side) {
  std::vector<Field> key;
  for (size_t column : side.key) key.push_back(input[column]);
  std::string kept(kRowKind);
  for (const Field& field : side.kept.fields()) kept += ", " + field.name + " " + to_string(field.type);
  const StateField windows = window_field("tumbling " + to_string(side.window));
  const StateField slices = window_field("tumbling " + to_string(side.slice));
  const auto number = [](const char* name, std::string_view kind) {
    return StateField{name, std::string(kind), 1, sizeof(int64_t), {}};
  };
  const Schema chain(key);
  key.push_back({"place", kBigintType, false});
  const Schema row(std::move(key));
  TableLayout rows(step, side.name, true, row,
                   {{"row", kept, 1, sizeof(BlobRef), {0}},
                    number("time", kTimeKind),
                    number("before", kPlaceKind),
                    windows});
  TableLayout chains(step, side.name + " chains", true, chain,
                     {number("last", kPlaceKind), number("rows", kPlaceKind), windows});
  TableLayout unmatched(step, side.name + " unmatched", true, row,
                        {number("unmatched", kPresenceKind), slices});
  return {std::move(side), std::move(rows), std::move(chains), std::move(unmatched)};
}

}  // namespace pactolus

#include "operators/looking_back/event_history.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/image_entry.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

/// A chunk that would have more is divided.
constexpr size_t kChunkEventsMax = 16;
constexpr size_t kChunkBytesMax = 4096;
/// Groups with many chunks have larger ones, lest the directory grow with every few events.
constexpr size_t kManyChunks = 256;
constexpr size_t kLargeChunkEventsMax = 256;

size_t events_max(size_t chunks) { return chunks < kManyChunks ? kChunkEventsMax : kLargeChunkEventsMax; }

void append_event(EventTime time, std::string_view image, std::string& out) {
  ByteWriter writer(out);
  writer.i64(time.micros());
  writer.bytes(image);
}

/// None: it is empty.
Directory directory_in(const std::byte* row) {
  return row == nullptr ? Directory() : Directory(image_of(row));
}

}  // namespace

Directory::Directory(std::string_view bytes) : bytes_(bytes) {
  PACTOLUS_CHECK(bytes.size() % kEntryBytes == 0, "a directory of events cannot be read");
}

size_t Directory::begun_by(EventTime time) const {
  size_t begun = 0;
  size_t end = size();
  while (begun < end) {
    const size_t middle = begun + (end - begun) / 2;
    if (first(middle) <= time) {
      begun = middle + 1;
    } else {
      end = middle;
    }
  }
  return begun;
}

void Directory::put(size_t chunk, EventTime first, uint32_t number, std::string& directory) {
  std::string entry;
  ByteWriter writer(entry);
  writer.i64(first.micros());
  writer.u32(number);
  directory.replace(chunk * kEntryBytes, kEntryBytes, entry);
}

void Directory::insert(size_t chunk, EventTime first, uint32_t number, std::string& directory) {
  directory.insert(chunk * kEntryBytes, kEntryBytes, '\0');
  put(chunk, first, number, directory);
}

EventHistory::EventHistory(const HistoryProgram& program, StateStore& state)
    : program_(program),
      directory_(state.declare(program.directory)),
      chunks_(state.declare(program.chunks)) {}

EventTime EventHistory::segment_end(EventTime time) const { return program_.segments.first_end_after(time); }

/// The end of the first segment there is that may hold later events.
EventTime EventHistory::first_segment_after(EventTime time) const {
  return time == EventTime::min() ? first_segment_end() : directory_.next_window_end(segment_end(time));
}

/// A chunk is (time as i64, length as a varint, image) for each event. Valid until the next call.
std::span<const EventHistory::EventPlace> EventHistory::events_in(std::string_view chunk) {
  events_.clear();
  ByteReader reader(chunk);
  while (!reader.at_end()) {
    const size_t begin = chunk.size() - reader.rest().size();
    const EventTime time{reader.i64()};
    const std::string_view image = reader.bytes();
    PACTOLUS_CHECK(!reader.failed(), "a chunk of events cannot be read");
    events_.push_back({time, image, begin});
  }
  return events_;
}

void EventHistory::prepare(std::span<const std::string_view> groups, std::span<const EventTime> times) {
  prepared_.assign(groups.size(), nullptr);
  next_prepared_ = 0;
  for (size_t begin = 0; begin < groups.size();) {
    const EventTime segment = segment_end(times[begin]);
    size_t end = begin + 1;
    while (end < groups.size() && times[end] < segment && times[end] >= segment - program_.segment) ++end;
    HotTable* directory = directory_.find_window(segment);
    const auto same_segment = groups.subspan(begin, end - begin);
    const std::span<const std::byte*> rows{prepared_.data() + begin, same_segment.size()};
    begin = end;
    if (directory == nullptr) continue;
    directory->load(same_segment);
    directory->prefetch(same_segment);
    chunk_keys_.clear();
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i] = directory->find(same_segment[i]);
      if (rows[i] == nullptr) continue;
      const Directory chunks = directory_in(rows[i]);
      append_chunk_key(same_segment[i], chunks.number(chunks.size() - 1), chunk_keys_.bytes());
      chunk_keys_.end_row();
    }
    HotTable* events = chunks_.find_window(segment);
    if (events == nullptr) continue;
    const std::vector<std::string_view> keys = chunk_keys_.views();
    events->load(keys);
    events->prefetch(keys);
  }
}

bool EventHistory::open(std::string_view group, EventTime time) {
  const std::byte* row = next_prepared_ < prepared_.size() ? prepared_[next_prepared_++] : nullptr;
  if (row == nullptr) {  // there was none when it was prepared
    HotTable* directory = directory_.find_window(segment_end(time));
    if (directory != nullptr) row = directory->find(group);
  }
  opened_ = directory_in(row);
  return opened_.size() < kChunksMax;
}

std::optional<ChangedChunk> EventHistory::insert(std::string_view group, EventTime time,
                                                 std::string_view image) {
  const EventTime end = segment_end(time);
  if (opened_.empty()) {
    chunk_bytes_.clear();
    append_event(time, image, chunk_bytes_);
    write_chunk(end, group, 0, chunk_bytes_);
    change_directory(end, group, [&](std::string& chunks) { Directory::insert(0, time, 0, chunks); });
    return std::nullopt;
  }
  const size_t place = opened_.first_behind(time);
  const uint32_t changed = opened_.number(place);
  const auto finished = [&](bool was_divided) -> std::optional<ChangedChunk> {
    if (place + 1 == opened_.size()) return std::nullopt;
    return ChangedChunk{end, group, changed, place, was_divided, opened_.size() + (was_divided ? 1 : 0)};
  };
  HotTable& table = chunks_.window(end);
  std::byte* row = table.touch(chunk_key(group, changed));
  const std::string_view bytes = image_of(row);
  const std::span<const EventPlace> events = events_in(bytes);
  const auto next = std::ranges::upper_bound(events, time, {}, &EventPlace::time);
  const size_t cut = next == events.end() ? bytes.size() : next->begin;
  chunk_bytes_.assign(bytes.substr(0, cut));
  append_event(time, image, chunk_bytes_);
  const bool is_first = next == events.begin();
  const size_t inserted_end = chunk_bytes_.size();
  chunk_bytes_.append(bytes.substr(cut));
  if (events.size() < events_max(opened_.size()) && chunk_bytes_.size() <= kChunkBytesMax) {
    put_image(table, row, chunk_bytes_);
    if (is_first) {
      change_directory(end, group,
                       [&](std::string& chunks) { Directory::put(place, time, changed, chunks); });
    }
    return finished(false);
  }
  // Behind all events of the chunk the new one begins another; else the chunk is cut in the middle.
  size_t middle = cut;
  EventTime first_behind = time;
  if (next != events.end()) {
    const EventPlace& half = events[events.size() / 2];
    const bool before_half = half.begin < cut;
    middle = before_half ? half.begin : half.begin + (inserted_end - cut);
    first_behind = half.time;
  }
  const auto number = static_cast<uint32_t>(opened_.size());
  const std::string second = chunk_bytes_.substr(middle);
  put_image(table, row, std::string_view(chunk_bytes_).substr(0, middle));
  write_chunk(end, group, number, second);
  change_directory(end, group, [&](std::string& chunks) {
    if (is_first) Directory::put(place, time, changed, chunks);
    Directory::insert(place + 1, first_behind, number, chunks);
  });
  return finished(true);
}

/// Writes what `change` makes of the directory that is open.
template <class Change>
void EventHistory::change_directory(EventTime segment_end, std::string_view group, const Change& change) {
  directory_bytes_ = opened_.bytes();
  change(directory_bytes_);
  put_image(directory_.window(segment_end), group, directory_bytes_);
}

/// Calls visit(event) for the group's events with `after` < time <= `until`, until it says false.
template <class Visit>
void EventHistory::for_each_event(std::string_view group, EventTime after, EventTime until,
                                  const Visit& visit) {
  for_each_segment(group, after, until, [&](EventTime end, Directory chunks) {
    for (size_t i = chunks.first_behind(after); i < chunks.size() && chunks.first(i) <= until; ++i) {
      for (const EventPlace& event : events_in(chunk(end, group, chunks.number(i)))) {
        if (event.time <= after || event.time > until) continue;
        if (!visit(event)) return false;
      }
    }
    return true;
  });
}

void EventHistory::read(std::string_view group, EventTime after, EventTime until, Events& events) {
  for_each_event(group, after, until, [&](const EventPlace& event) {
    events.add(event.time, event.image);
    return true;
  });
}

void EventHistory::read_chunk(EventTime segment_end, std::string_view group, uint32_t number, EventTime after,
                              EventTime until, Events& events) {
  for (const EventPlace& event : events_in(chunk(segment_end, group, number))) {
    if (event.time > after && event.time <= until) events.add(event.time, event.image);
  }
}

void EventHistory::read_back(std::string_view group, EventTime until, size_t count, Events& events) {
  const size_t wanted = events.size() + count;
  for (EventTime end = directory_.last_window_end(segment_end(until));
       end != EventTime::min() && events.size() < wanted;
       end = directory_.last_window_end(end - Duration{1})) {
    const Directory chunks = chunks_of(end, group);
    for (size_t i = chunks.begun_by(until); i > 0; --i) {
      const std::span<const EventPlace> found = events_in(chunk(end, group, chunks.number(i - 1)));
      for (auto event = found.rbegin(); event != found.rend() && events.size() < wanted; ++event) {
        if (event->time > until) continue;
        events.add(event->time, event->image);
      }
      if (events.size() == wanted) return;
    }
  }
}

void EventHistory::read_first(std::string_view group, EventTime after, EventTime until, Events& events) {
  for_each_event(group, after, until, [&](const EventPlace& event) {
    events.add(event.time, event.image);
    return false;
  });
}

EventTime EventHistory::first_after(std::string_view group, EventTime after, EventTime until) {
  EventTime first = EventTime::max();
  for_each_event(group, after, until, [&](const EventPlace& event) {
    first = event.time;
    return false;
  });
  return first;
}

void EventHistory::drop_segment(EventTime segment_end) {
  directory_.drop_window(segment_end);
  if (chunks_.find_window(segment_end) != nullptr) chunks_.drop_window(segment_end);
}

Directory EventHistory::chunks_of(EventTime segment_end, std::string_view group) {
  HotTable* table = directory_.find_window(segment_end);
  const std::byte* row = table == nullptr ? nullptr : table->find(group);
  return directory_in(row);
}

std::string_view EventHistory::chunk(EventTime segment_end, std::string_view group, uint32_t number) {
  HotTable* table = chunks_.find_window(segment_end);
  const std::byte* row = table == nullptr ? nullptr : table->find(chunk_key(group, number));
  return row == nullptr ? std::string_view() : image_of(row);
}

void EventHistory::write_chunk(EventTime segment_end, std::string_view group, uint32_t number,
                               std::string_view bytes) {
  put_image(chunks_.window(segment_end), chunk_key(group, number), bytes);
}

/// Valid until the next call.
std::string_view EventHistory::chunk_key(std::string_view group, uint32_t number) {
  key_.clear();
  append_chunk_key(group, number, key_);
  return key_;
}

void EventHistory::append_chunk_key(std::string_view group, uint32_t number, std::string& out) {
  number_.values_of<TypeKind::kInteger>()[0] = static_cast<int32_t>(number);
  out.append(group);
  append_key_value(number_, 0, out);
}

TableLayout directory_layout(const std::string& step, const Schema& group, const std::string& segments,
                             const std::string& of) {
  return TableLayout(step, of.empty() ? "chunks" : "chunks of " + of, true, group,
                     {{"directory", "directory", 1, sizeof(BlobRef), {0}}, window_field(segments)});
}

TableLayout chunk_layout(const std::string& step, const Schema& group, const std::string& segments,
                         const std::string& of) {
  return part_layout(step, of.empty() ? "events" : "events of " + of, group, segments,
                     {{"events", "events", 1, sizeof(BlobRef), {0}}});
}

TableLayout part_layout(const std::string& step, const std::string& table, const Schema& group,
                        const std::string& segments, std::vector<StateField> fields) {
  std::vector<Field> key = group.fields();
  key.push_back({"chunk", kIntegerType, false});
  fields.push_back(window_field(segments));
  return TableLayout(step, table, true, Schema(std::move(key)), std::move(fields));
}

}  // namespace pactolus

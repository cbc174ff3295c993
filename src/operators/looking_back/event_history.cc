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
/// As many as a directory has room for (12 bytes each).
constexpr size_t kChunksMax = 16 * 1024;
/// Groups with many chunks have larger ones, lest the directory grow with every few events.
constexpr size_t kManyChunks = 256;
constexpr size_t kLargeChunkEventsMax = 256;

size_t events_max(size_t chunks) { return chunks < kManyChunks ? kChunkEventsMax : kLargeChunkEventsMax; }

void append_event(EventTime time, std::string_view image, std::string& out) {
  ByteWriter writer(out);
  writer.i64(time.micros());
  writer.bytes(image);
}

/// Of the last chunk of a directory, which has one.
uint32_t last_number(std::string_view directory) {
  return ByteReader(directory.substr(directory.size() - sizeof(uint32_t))).u32();
}

}  // namespace

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
      append_chunk_key(same_segment[i], last_number(image_of(rows[i])), chunk_keys_.bytes());
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
  read_directory(row, opened_);
  return opened_.size() < kChunksMax;
}

std::optional<ChunkKey> EventHistory::insert(std::string_view group, EventTime time, std::string_view image) {
  const EventTime end = segment_end(time);
  // The last chunk that begins by then.
  auto behind = std::ranges::upper_bound(opened_, time, {}, &Chunk::first);
  if (opened_.empty()) {
    opened_.push_back({time, 0});
    chunk_bytes_.clear();
    append_event(time, image, chunk_bytes_);
    write_chunk(end, group, 0, chunk_bytes_);
    write_opened(end, group);
    return std::nullopt;
  }
  if (behind != opened_.begin()) --behind;
  const auto place = static_cast<size_t>(behind - opened_.begin());
  const uint32_t changed = behind->number;
  const bool was_finished = place + 1 < opened_.size();
  HotTable& chunks = chunks_.window(end);
  std::byte* row = chunks.touch(chunk_key(group, behind->number));
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
    put_image(chunks, row, chunk_bytes_);
    if (is_first) {
      opened_[place].first = time;
      write_opened(end, group);
    }
    return finished(was_finished, end, group, changed);
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
  put_image(chunks, row, std::string_view(chunk_bytes_).substr(0, middle));
  write_chunk(end, group, number, second);
  if (is_first) opened_[place].first = time;
  opened_.insert(opened_.begin() + static_cast<std::ptrdiff_t>(place) + 1, {first_behind, number});
  write_opened(end, group);
  return finished(was_finished, end, group, changed);
}

std::optional<ChunkKey> EventHistory::finished(bool was_finished, EventTime segment_end,
                                               std::string_view group, uint32_t number) {
  if (!was_finished) return std::nullopt;
  return ChunkKey{segment_end, chunk_key(group, number)};
}

/// Calls visit(event) for the group's events with `after` < time <= `until`, until it says false.
template <class Visit>
void EventHistory::for_each_event(std::string_view group, EventTime after, EventTime until,
                                  const Visit& visit) {
  for_each_segment(group, after, until, [&](EventTime end, std::span<const Chunk> chunks) {
    auto from = std::ranges::upper_bound(chunks, after, {}, &Chunk::first);
    if (from != chunks.begin()) --from;
    for (; from != chunks.end() && from->first <= until; ++from) {
      for (const EventPlace& event : events_in(chunk(end, group, from->number))) {
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

void EventHistory::read_chunk(std::string_view bytes, Events& events) {
  read_between(bytes, EventTime::min(), EventTime::max(), events);
}

void EventHistory::read_between(std::string_view chunk, EventTime after, EventTime until, Events& events) {
  for (const EventPlace& event : events_in(chunk)) {
    if (event.time > after && event.time <= until) events.add(event.time, event.image);
  }
}

void EventHistory::read_back(std::string_view group, EventTime until, size_t count, Events& events) {
  const size_t wanted = events.size() + count;
  for (EventTime end = directory_.last_window_end(segment_end(until));
       end != EventTime::min() && events.size() < wanted;
       end = directory_.last_window_end(end - Duration{1})) {
    const std::span<const Chunk> chunks = chunks_of(end, group);
    for (auto from = std::ranges::upper_bound(chunks, until, {}, &Chunk::first); from != chunks.begin();) {
      --from;
      const std::span<const EventPlace> found = events_in(chunk(end, group, from->number));
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

/// Ascending by their first events. Valid until the next call.
std::span<const EventHistory::Chunk> EventHistory::chunks_of(EventTime segment_end, std::string_view group) {
  HotTable* table = directory_.find_window(segment_end);
  read_directory(table == nullptr ? nullptr : table->find(group), found_);
  return found_;
}

/// A directory is (time of the first event as i64, number as u32) for each chunk. None: it is empty.
void EventHistory::read_directory(const std::byte* row, std::vector<Chunk>& chunks) {
  chunks.clear();
  if (row == nullptr) return;
  ByteReader reader(image_of(row));
  while (!reader.at_end()) {
    const EventTime first{reader.i64()};
    chunks.push_back({first, reader.u32()});
  }
  PACTOLUS_CHECK(!reader.failed(), "a directory of events cannot be read");
}

/// Empty where the disk could not be read.
std::string_view EventHistory::chunk(EventTime segment_end, std::string_view group, uint32_t number) {
  HotTable* table = chunks_.find_window(segment_end);
  const std::byte* row = table == nullptr ? nullptr : table->find(chunk_key(group, number));
  return row == nullptr ? std::string_view() : image_of(row);
}

void EventHistory::write_chunk(EventTime segment_end, std::string_view group, uint32_t number,
                               std::string_view bytes) {
  put_image(chunks_.window(segment_end), chunk_key(group, number), bytes);
}

void EventHistory::write_opened(EventTime segment_end, std::string_view group) {
  directory_bytes_.clear();
  ByteWriter writer(directory_bytes_);
  for (const Chunk& chunk : opened_) {
    writer.i64(chunk.first.micros());
    writer.u32(chunk.number);
  }
  put_image(directory_.window(segment_end), group, directory_bytes_);
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

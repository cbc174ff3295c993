#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_rows.h"
#include "data/column.h"
#include "operators/windows/windows.h"
#include "state/state_store.h"

namespace pactolus {

/// How the events of groups are kept. Time is divided into segments, so that old events leave the state one
/// segment at a time.
struct HistoryProgram {
  Windows segments;
  Duration segment{0};    // how long one is
  TableLayout directory;  // by segment and group: the group's chunks in it
  TableLayout chunks;     // by segment, group and the chunk's number
};

/// Events of one group in the order of their times, those of one time as they came. Views of the state's
/// memory: valid until the transaction ends.
struct Events {
  std::vector<EventTime> times;
  std::vector<std::string_view> images;  // as they were inserted

  size_t size() const { return times.size(); }
  void add(EventTime time, std::string_view image) {
    times.push_back(time);
    images.push_back(image);
  }
  void clear() {
    times.clear();
    images.clear();
  }
};

/// Where a group's chunks in one segment begin, ascending: (time of the first event as i64, number as u32)
/// for each. A view of the state's memory, which is looked at in place, however many chunks there are.
class Directory {
 public:
  Directory() = default;
  explicit Directory(std::string_view bytes);

  size_t size() const { return bytes_.size() / kEntryBytes; }
  bool empty() const { return bytes_.empty(); }
  EventTime first(size_t chunk) const { return EventTime{read<int64_t>(chunk * kEntryBytes)}; }
  uint32_t number(size_t chunk) const { return read<uint32_t>(chunk * kEntryBytes + sizeof(int64_t)); }
  /// How many chunks begin by then.
  size_t begun_by(EventTime time) const;
  /// The first chunk that may hold events behind `time`.
  size_t first_behind(EventTime time) const {
    const size_t begun = begun_by(time);
    return begun == 0 ? 0 : begun - 1;
  }

  /// In `directory`, which has the chunk, or is to have another one before it.
  static void put(size_t chunk, EventTime first, uint32_t number, std::string& directory);
  static void insert(size_t chunk, EventTime first, uint32_t number, std::string& directory);
  std::string_view bytes() const { return bytes_; }

 private:
  static constexpr size_t kEntryBytes = sizeof(int64_t) + sizeof(uint32_t);

  template <class T>
  T read(size_t at) const {
    T value{};
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }

  std::string_view bytes_;
};

/// A finished chunk that an event has come into. A chunk is finished when it isn't the last one of its
/// group's segment; it stays so, and only an event that comes late can change it.
struct ChangedChunk {
  EventTime segment_end;
  std::string_view group;
  uint32_t number;
  size_t place;      // in the group's directory
  bool was_divided;  // the chunks behind it have moved on by one
  size_t chunks;     // of the directory
};

/// What has happened in each group, in one task. Within a segment a group's events lie in small chunks, in
/// the order of their times, so that an event rewrites one of them, however many there are; a directory says
/// where each begins. Borrows the program. Threads: the task's.
class EventHistory {
 public:
  /// The longest image of an event.
  static constexpr size_t kEventBytesMax = 64 * 1024;
  /// As many as a directory has room for (12 bytes each).
  static constexpr size_t kChunksMax = 16 * 1024;

  EventHistory(const HistoryProgram& program, StateStore& state);

  /// open() follows for these groups at these times, in this order.
  void prepare(std::span<const std::string_view> groups, std::span<const EventTime> times);
  /// Looks up where an event of the group at that time would lie. False: the group can't take another one, it
  /// has too many in the segment.
  bool open(std::string_view group, EventTime time);
  /// Puts an event behind those of its group up to its time. Only after open() of the same group and time,
  /// when there is room; reads in between do no harm. The chunk that was changed, if it was finished.
  std::optional<ChangedChunk> insert(std::string_view group, EventTime time, std::string_view image);
  /// Appends the group's events with `after` < time <= `until`.
  void read(std::string_view group, EventTime after, EventTime until, Events& events);
  /// Appends those of one chunk.
  void read_chunk(EventTime segment_end, std::string_view group, uint32_t number, EventTime after,
                  EventTime until, Events& events);
  /// Appends the group's last events with time <= `until`, at most `count`, the last one first.
  void read_back(std::string_view group, EventTime until, size_t count, Events& events);
  /// Appends the group's first event with `after` < time <= `until`, if there is one.
  void read_first(std::string_view group, EventTime after, EventTime until, Events& events);
  /// The time of the first event with `after` < time <= `until`; EventTime::max(): there is none.
  EventTime first_after(std::string_view group, EventTime after, EventTime until);

  /// Calls visit(segment's end, Directory) for the segments in which the group has events, or might have,
  /// with `after` < time <= `until`, until it says false.
  template <class Visit>
  void for_each_segment(std::string_view group, EventTime after, EventTime until, const Visit& visit);

  EventTime segment_end(EventTime time) const;
  EventTime first_segment_end() const { return directory_.first_window_end(); }
  /// The directories, whose windows are the segments, and whose keys are the groups that have events in them.
  StateTable& directories() { return directory_; }
  void drop_segment(EventTime segment_end);

 private:
  /// An event within a chunk.
  struct EventPlace {
    EventTime time;
    std::string_view image;
    size_t begin;
  };

  EventTime first_segment_after(EventTime time) const;
  template <class Visit>
  void for_each_event(std::string_view group, EventTime after, EventTime until, const Visit& visit);
  std::span<const EventPlace> events_in(std::string_view chunk);
  Directory chunks_of(EventTime segment_end, std::string_view group);
  std::string_view chunk(EventTime segment_end, std::string_view group, uint32_t number);
  void append_chunk_key(std::string_view group, uint32_t number, std::string& out);
  void write_chunk(EventTime segment_end, std::string_view group, uint32_t number, std::string_view bytes);
  std::string_view chunk_key(std::string_view group, uint32_t number);
  template <class Change>
  void change_directory(EventTime segment_end, std::string_view group, const Change& change);

  const HistoryProgram& program_;
  StateTable& directory_;
  StateTable& chunks_;
  std::vector<const std::byte*> prepared_;  // directories; null where there was none
  size_t next_prepared_ = 0;
  Directory opened_;
  // Scratch.
  std::string directory_bytes_;
  std::string chunk_bytes_;
  std::string key_;
  Column number_{kIntegerType, 1};
  std::vector<EventPlace> events_;
  ByteRows chunk_keys_;
};

template <class Visit>
void EventHistory::for_each_segment(std::string_view group, EventTime after, EventTime until,
                                    const Visit& visit) {
  if (until <= after) return;
  const EventTime last = segment_end(until);
  for (EventTime end = first_segment_after(after); end <= last;
       end = directory_.next_window_end(end + Duration{1})) {
    if (!visit(end, chunks_of(end, group))) return;
  }
}

/// The layouts of its tables. `of`: which of the step's histories, if it has several.
TableLayout directory_layout(const std::string& step, const Schema& group, const std::string& segments,
                             const std::string& of = "");
TableLayout chunk_layout(const std::string& step, const Schema& group, const std::string& segments,
                         const std::string& of = "");
/// A table whose rows belong to chunks.
TableLayout part_layout(const std::string& step, const std::string& table, const Schema& group,
                        const std::string& segments, std::vector<StateField> fields);

}  // namespace pactolus

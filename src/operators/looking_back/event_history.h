#pragma once

#include <cstdint>
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

/// Names a chunk, in its segment's window of a table. A chunk is finished when it isn't the last one of its
/// group's segment; it stays so, and only an event that comes late can change it.
struct ChunkKey {
  EventTime segment_end;
  std::string_view key;  // valid until the history is called again
};

/// What has happened in each group, in one task. Within a segment a group's events lie in small chunks, in
/// the order of their times, so that an event rewrites one of them, however many there are; a directory says
/// where each begins. Borrows the program. Threads: the task's.
class EventHistory {
 public:
  /// The longest image of an event.
  static constexpr size_t kEventBytesMax = 64 * 1024;

  EventHistory(const HistoryProgram& program, StateStore& state);

  /// open() follows for these groups at these times, in this order.
  void prepare(std::span<const std::string_view> groups, std::span<const EventTime> times);
  /// Looks up where an event of the group at that time would lie. False: the group can't take another one, it
  /// has too many in the segment.
  bool open(std::string_view group, EventTime time);
  /// Puts an event behind those of its group up to its time. Only after open() of the same group and time,
  /// when there is room; reads in between do no harm. The chunk that was changed, if it was finished.
  std::optional<ChunkKey> insert(std::string_view group, EventTime time, std::string_view image);
  /// Appends the group's events with `after` < time <= `until`.
  void read(std::string_view group, EventTime after, EventTime until, Events& events);
  /// The same where order doesn't matter, but finished chunks of which all events are asked for are not read:
  /// calls visit(ChunkKey, bytes) for each.
  template <class Visit>
  void read_parts(std::string_view group, EventTime after, EventTime until, Events& events,
                  const Visit& visit);
  /// Appends the events of a chunk.
  void read_chunk(std::string_view bytes, Events& events);
  /// Appends the group's last events with time <= `until`, at most `count`, the last one first.
  void read_back(std::string_view group, EventTime until, size_t count, Events& events);
  /// Appends the group's first event with `after` < time <= `until`, if there is one.
  void read_first(std::string_view group, EventTime after, EventTime until, Events& events);
  /// The time of the first event with `after` < time <= `until`; EventTime::max(): there is none.
  EventTime first_after(std::string_view group, EventTime after, EventTime until);

  EventTime segment_end(EventTime time) const;
  EventTime first_segment_end() const { return directory_.first_window_end(); }
  /// The directories, whose windows are the segments, and whose keys are the groups that have events in them.
  StateTable& directories() { return directory_; }
  void drop_segment(EventTime segment_end);

 private:
  /// Where a chunk begins, and under which number it lies.
  struct Chunk {
    EventTime first;
    uint32_t number;
  };

  /// An event within a chunk.
  struct EventPlace {
    EventTime time;
    std::string_view image;
    size_t begin;
  };

  EventTime first_segment_after(EventTime time) const;
  template <class Visit>
  void for_each_segment(std::string_view group, EventTime after, EventTime until, const Visit& visit);
  template <class Visit>
  void for_each_event(std::string_view group, EventTime after, EventTime until, const Visit& visit);
  std::span<const EventPlace> events_in(std::string_view chunk);
  void read_between(std::string_view chunk, EventTime after, EventTime until, Events& events);
  void append_chunk_key(std::string_view group, uint32_t number, std::string& out);
  std::span<const Chunk> chunks_of(EventTime segment_end, std::string_view group);
  static void read_directory(const std::byte* row, std::vector<Chunk>& chunks);
  std::string_view chunk(EventTime segment_end, std::string_view group, uint32_t number);
  void write_chunk(EventTime segment_end, std::string_view group, uint32_t number, std::string_view bytes);
  void write_opened(EventTime segment_end, std::string_view group);
  std::string_view chunk_key(std::string_view group, uint32_t number);
  std::optional<ChunkKey> finished(bool was_finished, EventTime segment_end, std::string_view group,
                                   uint32_t number);

  const HistoryProgram& program_;
  StateTable& directory_;
  StateTable& chunks_;
  std::vector<const std::byte*> prepared_;  // directories; null where there was none
  size_t next_prepared_ = 0;
  std::vector<Chunk> opened_;
  // Scratch.
  std::vector<Chunk> found_;  // of chunks_of()
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

template <class Visit>
void EventHistory::read_parts(std::string_view group, EventTime after, EventTime until, Events& events,
                              const Visit& visit) {
  for_each_segment(group, after, until, [&](EventTime end, std::span<const Chunk> chunks) {
    for (size_t i = 0; i < chunks.size() && chunks[i].first <= until; ++i) {
      const bool is_finished = i + 1 < chunks.size();
      if (is_finished && chunks[i + 1].first <= after) continue;
      const std::string_view bytes = chunk(end, group, chunks[i].number);
      if (is_finished && chunks[i].first > after && chunks[i + 1].first <= until) {
        visit(ChunkKey{end, key_}, bytes);
      } else {
        read_between(bytes, after, until, events);
      }
    }
    return true;
  });
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

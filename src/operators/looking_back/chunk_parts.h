#pragma once

#include <functional>
#include <string>

#include "operators/looking_back/event_history.h"

namespace pactolus {

/// What calls have taken of the finished chunks of a history, and of runs of them: remembered when it is
/// first asked for, and put together as in a tree. So what a window's events come to costs a logarithm of
/// their number. Parts are rows of a state table, by segment and group. Borrows everything. Threads: the
/// task's.
class ChunkParts {
 public:
  /// Gives events, in order, to the state of a part, whose blobs are in the heap.
  using Take = std::function<void(const Events& events, std::byte* part, BlobHeap& heap)>;
  /// Puts what has taken later events behind that of earlier ones.
  using Merge = std::function<void(std::byte* into, const std::byte* from, BlobHeap& heap)>;

  ChunkParts(StateTable& parts, EventHistory& history, Take take, Merge merge)
      : parts_(parts), history_(history), take_(std::move(take)), merge_(std::move(merge)) {}

  /// Goes through the group's events with `after` < time <= `until` in their order: calls on_events(Events)
  /// for some, on_part(state) for others.
  template <class OnEvents, class OnPart>
  void walk(std::string_view group, EventTime after, EventTime until, const OnEvents& on_events,
            const OnPart& on_part);

  /// An event has come into a chunk that was finished.
  void changed(const ChangedChunk& chunk);
  void drop_segment(EventTime segment_end);

 private:
  /// How many parts of one level are one of the next.
  static constexpr size_t kFanOut = 8;

  std::string_view key(std::string_view group, size_t level, uint32_t number);
  const std::byte* part(EventTime segment_end, std::string_view group, const Directory& chunks, size_t level,
                        size_t index);

  StateTable& parts_;
  EventHistory& history_;
  Take take_;
  Merge merge_;
  // Scratch.
  Events events_;
  Events chunk_events_;
  std::string key_;
  Column number_{kIntegerType, 1};
};

template <class OnEvents, class OnPart>
void ChunkParts::walk(std::string_view group, EventTime after, EventTime until, const OnEvents& on_events,
                      const OnPart& on_part) {
  history_.for_each_segment(group, after, until, [&](EventTime end, const Directory& chunks) {
    const auto read = [&](size_t place) {
      events_.clear();
      history_.read_chunk(end, group, chunks.number(place), after, until, events_);
      on_events(events_);
    };
    const size_t begun_before = chunks.begun_by(after);
    const size_t begun = chunks.begun_by(until);
    if (begun_before > 0) read(begun_before - 1);
    if (begun == begun_before) return true;
    // All but the last one of them are whole in the window.
    for (size_t place = begun_before; place + 1 < begun;) {
      size_t level = 0;
      size_t size = 1;
      while (place % (size * kFanOut) == 0 && place + size * kFanOut < begun) {
        ++level;
        size *= kFanOut;
      }
      on_part(part(end, group, chunks, level, place / size));
      place += size;
    }
    read(begun - 1);
    return true;
  });
}

}  // namespace pactolus

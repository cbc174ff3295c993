#include "operators/looking_back/chunk_parts.h"

#include "data/key_encoding.h"

namespace pactolus {
namespace {

/// A part's number in the state: that of its chunk, or, of a run, its place among those of its level.
constexpr int32_t kLevelNumbers = 1 << 16;
static_assert(EventHistory::kChunksMax <= kLevelNumbers);

}  // namespace

/// Valid until the next call.
std::string_view ChunkParts::key(std::string_view group, size_t level, uint32_t number) {
  const auto of_level = static_cast<int32_t>(level) * kLevelNumbers;
  number_.values_of<TypeKind::kInteger>()[0] = of_level + static_cast<int32_t>(number);
  key_.assign(group);
  append_key_value(number_, 0, key_);
  return key_;
}

/// Of the chunk at place `index`, or of a run of parts of the level below.
const std::byte* ChunkParts::part(EventTime segment_end, std::string_view group, const Directory& chunks,
                                  size_t level, size_t index) {
  HotTable& parts = parts_.window(segment_end);
  const auto number = level == 0 ? chunks.number(index) : static_cast<uint32_t>(index);
  if (const std::byte* known = parts.find(key(group, level, number))) return known;
  std::byte* made = parts.touch(key(group, level, number));
  if (level == 0) {
    chunk_events_.clear();
    history_.read_chunk(segment_end, group, number, EventTime::min(), EventTime::max(), chunk_events_);
    take_(chunk_events_, made, parts.heap());
    return made;
  }
  for (size_t i = 0; i < kFanOut; ++i)
    merge_(made, part(segment_end, group, chunks, level - 1, index * kFanOut + i), parts.heap());
  return made;
}

void ChunkParts::changed(const ChangedChunk& chunk) {
  HotTable* parts = parts_.find_window(chunk.segment_end);
  if (parts == nullptr) return;
  parts->erase(key(chunk.group, 0, chunk.number));
  size_t level = 1;
  for (size_t size = kFanOut; size < chunk.chunks; size *= kFanOut, ++level) {
    // Where it was divided, those behind it have moved on by one.
    const size_t first = chunk.place / size;
    const size_t last = chunk.was_divided ? (chunk.chunks - 1) / size : first;
    for (size_t index = first; index <= last; ++index)
      parts->erase(key(chunk.group, level, static_cast<uint32_t>(index)));
  }
}

void ChunkParts::drop_segment(EventTime segment_end) {
  if (parts_.find_window(segment_end) != nullptr) parts_.drop_window(segment_end);
}

}  // namespace pactolus

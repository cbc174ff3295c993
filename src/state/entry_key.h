#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace pactolus {

/// The largest entry of the state, key and row image together: a block of the changelog is one Kafka record,
/// and has to hold it. A row that would make a larger one is a dead letter, `state_too_large`.
inline constexpr size_t kEntryBytesMax = 256 * 1024;
/// More than an entry's key and image have beside the group's key, the row and its texts.
inline constexpr size_t kEntryOverhead = 1024;

/// The key of a state entry as it stands in the changelog and on disk: the window's end (only for windowed
/// tables; 8 bytes, big endian, sign flipped), the group's key (key_encoding.h), the part (4 bytes, big
/// endian). Byte order is (window end, group, part), since group keys delimit themselves.
struct EntryKey {
  EventTime window_end = EventTime::max();
  std::string_view group;
  uint32_t part = 0;
};

void append_window_end(EventTime end, std::string& out);
void append_entry_key(bool windowed, const EntryKey& key, std::string& out);
/// None: malformed. The group points into `bytes`.
std::optional<EntryKey> decode_entry_key(bool windowed, std::string_view bytes);
/// The window end that a kDeleteWindow entry's key consists of.
std::optional<EventTime> decode_window_end(std::string_view bytes);

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "state/changelog.h"
#include "state/epoch_record.h"
#include "state/state_table.h"

namespace pactolus {

/// What a checkpoint says of itself: which task's state it is, as of which place in the task's changelog.
struct CheckpointMark {
  TaskId task;
  Offset changelog_end;      // behind the epoch record of the last transaction that it holds
  uint64_t record_hash = 0;  // of that record's value: proves that this is still the same changelog
  uint64_t sequence = 0;     // of that transaction
  uint64_t layouts_hash = 0;
  uint64_t log_bytes = 0;    // of the changelog's records since the last finished round began
  uint64_t round_bytes = 0;  // of them, since the last round began
  std::optional<uint32_t>
      awaited_round;  // of a restore that isn't finished: the round whose end has not been read
  EpochRecord epoch;  // of that transaction
  std::vector<StateTable::StoredWindows> windows;  // by table, as the task declares them
  bool operator==(const CheckpointMark&) const = default;
};

std::string encode_mark(const CheckpointMark& mark);
/// None: malformed, or of another version.
std::optional<CheckpointMark> decode_mark(std::string_view bytes);

}  // namespace pactolus

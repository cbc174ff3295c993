#pragma once

#include <map>
#include <memory>

#include "state/disk_tier.h"

namespace pactolus {

/// What a disk would hold, in memory: for simulations, where it outlives the task as a disk does.
struct MemoryDisk {
  std::optional<std::string> mark;
  std::map<std::string, std::string, std::less<>> entries;
  bool full = false;         // checkpoints fail
  uint64_t checkpoints = 0;  // that did not
  uint64_t found = 0;        // values that were asked for and there
  uint64_t scanned = 0;      // that were come by on the way
};

/// A disk tier over a MemoryDisk, which it shares with whoever wants to look at it or to break it.
std::unique_ptr<DiskTier> make_memory_disk_tier(std::shared_ptr<MemoryDisk> disk);

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "state/disk_tier.h"

namespace pactolus {

/// What all RocksDB tiers of a process share. Owned by the shell; outlives the tiers. Threads: any.
class RocksMemory {
 public:
  /// `cache_bytes`: for blocks read from disk, indexes and filters.
  explicit RocksMemory(uint64_t cache_bytes);
  ~RocksMemory();

  struct Shared;
  const Shared& shared() const { return *shared_; }

 private:
  std::unique_ptr<Shared> shared_;
};

/// A disk tier in a folder of its own. A checkpoint is one sorted file that RocksDB takes over as it is: no
/// write-ahead log, no memtable, and the mark stands in the same file as the entries that it tells of. A
/// damaged folder is wiped, which is said in `notice`. nullptr: somebody has it open. Error: it cannot be
/// had.
Result<std::unique_ptr<DiskTier>> open_rocks_disk_tier(const std::string& folder, const RocksMemory& memory,
                                                       std::string& notice);

}  // namespace pactolus

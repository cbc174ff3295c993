#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "state/changelog.h"
#include "state/disk_tier.h"
#include "state/rocks_disk_tier.h"

namespace pactolus {

/// One application's folder of local state on this machine, held by one process at a time. Below it a folder
/// for each task. Owned by the shell; outlives the tasks. Threads: any, after open().
class StateFolder {
 public:
  /// `cache_bytes`: memory for what is read from disk, for all tasks together. Errors: it cannot be made, or
  /// another process holds it.
  static Result<std::unique_ptr<StateFolder>> open(const std::string& folder, const std::string& application,
                                                   uint64_t cache_bytes);
  ~StateFolder();
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  /// The task's disk; nullptr: another worker of this process has it still open. `notice`: what was wrong
  /// with it.
  Result<std::unique_ptr<DiskTier>> open_disk(const TaskId& task, std::string& notice) const;

 private:
  StateFolder(std::string path, int lock, uint64_t cache_bytes)
      : path_(std::move(path)), lock_(lock), memory_(cache_bytes) {}

  std::string path_;
  int lock_;
  RocksMemory memory_;
};

}  // namespace pactolus

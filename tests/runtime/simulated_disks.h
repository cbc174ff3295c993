#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>

#include "runtime/state_options.h"
#include "state/memory_disk_tier.h"

namespace pactolus::testing {

/// The disks of several machines, one for each worker: they outlive the workers, and break when the test says
/// so.
class SimulatedDisks {
 public:
  /// A worker's settings, small enough that everything happens often. `memory_bytes`: of hot tables.
  StateOptions options(int worker, uint64_t memory_bytes) {
    return {
        .open_disk = [this, worker](const TaskId& task, std::string&) -> Result<std::unique_ptr<DiskTier>> {
          return make_memory_disk_tier(disk(worker, task));
        },
        .memory_bytes = memory_bytes,
        .checkpoint_interval = std::chrono::seconds{3},
        .rounds = {.log_bytes_min = 2048, .rewritten_bytes_min = 64}};
  }

  /// Something happens to the disks of a worker that does not run.
  void harm(int worker, std::mt19937& random) {
    for (auto& [place, disk] : disks_) {
      if (place.first != worker) continue;
      switch (random() % 5) {
        case 0:  // deleted
          *disk = {};
          ++harmed_;
          break;
        case 1:  // an older copy is put back
          if (copies_.contains(place)) *disk = copies_.at(place);
          ++harmed_;
          break;
        case 2:  // bits flip in the mark
          if (disk->mark) (*disk->mark)[random() % disk->mark->size()] ^= 4;
          ++harmed_;
          break;
        case 3:
          copies_[place] = *disk;
          break;
        default:
          break;
      }
    }
  }
  /// All disks of a worker take nothing more, or do again.
  void set_full(int worker, bool full) {
    for (auto& [place, disk] : disks_) {
      if (place.first == worker) disk->full = full;
    }
  }
  void heal() {
    for (auto& [place, disk] : disks_) disk->full = false;
  }
  int harmed() const { return harmed_; }
  uint64_t checkpoints() const {
    uint64_t total = 0;
    for (const auto& [place, disk] : disks_) total += disk->checkpoints;
    return total;
  }
  uint64_t reads() const {
    uint64_t total = 0;
    for (const auto& [place, disk] : disks_) total += disk->found;
    return total;
  }

 private:
  using Place = std::pair<int, TaskId>;
  std::shared_ptr<MemoryDisk> disk(int worker, const TaskId& task) {
    auto& disk = disks_[{worker, task}];
    if (disk == nullptr) disk = std::make_shared<MemoryDisk>();
    return disk;
  }

  std::map<Place, std::shared_ptr<MemoryDisk>> disks_;
  std::map<Place, MemoryDisk> copies_;
  int harmed_ = 0;
};

}  // namespace pactolus::testing

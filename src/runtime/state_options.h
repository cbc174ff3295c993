#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/types.h"
#include "state/changelog.h"
#include "state/disk_tier.h"

namespace pactolus {

/// Opens the local disk of a task; nullptr: another worker has it still open. `notice`: what was wrong with
/// what was found there. Threads: any.
using OpenDisk = std::function<Result<std::unique_ptr<DiskTier>>(const TaskId& task, std::string& notice)>;

/// When a changelog is rewritten. A value.
struct RoundLimits {
  uint64_t log_bytes_min = 64 << 20;  // a changelog shorter than that is left alone
  uint64_t rewritten_bytes_min =
      16 << 10;  // by a transaction with few changes, so that a round ends some time
};

/// How a worker keeps its tasks' state. A value.
struct StateOptions {
  OpenDisk
      open_disk;  // none: state lives in memory and in the changelog alone, of which nothing is ever deleted
  uint64_t memory_bytes = 1 << 30;  // of all tasks of the worker; what is beyond lies on disk alone
  Duration checkpoint_interval = std::chrono::seconds{60};
  RoundLimits rounds{};
};

}  // namespace pactolus

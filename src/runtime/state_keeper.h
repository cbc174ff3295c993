#pragma once

#include <optional>
#include <span>

#include "base/clock.h"
#include "base/logger.h"
#include "log/ports.h"
#include "runtime/committer.h"
#include "runtime/probe.h"
#include "runtime/state_options.h"

namespace pactolus {

/// What a worker does for its tasks' state between transactions: checkpoints when they are due, room in
/// memory, the rounds of the changelogs, and deleting what they made superfluous. Threads: the worker's.
class StateKeeper {
 public:
  StateKeeper(const StateOptions& options, Probe probe, const Clock& clock, Logger& logger)
      : options_(options), probe_(probe), clock_(clock), logger_(logger) {}

  /// After a commit, when no task has uncommitted changes. Calls to Kafka that fail are made again later.
  void keep(std::span<TaskSlot* const> slots, Admin& admin);
  /// The disk takes nothing more and memory is full: no rows may be processed until keep() has made room.
  bool must_pause() const { return paused_; }
  /// The most memory that the tasks' state took after a commit.
  uint64_t bytes_max() const { return bytes_max_; }
  /// Writes what can be written, at a clean end of the tasks.
  void close(std::span<TaskSlot* const> slots);

 private:
  bool checkpoint(TaskSlot& slot);
  void checkpoint_when_due(std::span<TaskSlot* const> slots);
  void make_room(std::span<TaskSlot* const> slots);
  void turn_rounds(TaskSlot& slot, Admin& admin);
  void purge(TaskSlot& slot, Admin& admin);
  bool begin_purge(TaskSlot& slot, Admin& admin);
  bool may_try() const { return !failed_at_ || clock_.now() - *failed_at_ >= kRetryInterval; }

  static constexpr Duration kRetryInterval = std::chrono::seconds{1};
  static constexpr Duration kPurgeRetryInterval = std::chrono::seconds{10};

  const StateOptions& options_;
  const Probe probe_;
  const Clock& clock_;
  Logger& logger_;
  std::optional<ProcessingTime> failed_at_;  // the last checkpoint that failed; none: the last one went well
  std::optional<ProcessingTime> purge_failed_at_;
  bool paused_ = false;
  uint64_t bytes_max_ = 0;
};

}  // namespace pactolus

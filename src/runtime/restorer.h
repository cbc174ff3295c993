#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/logger.h"
#include "log/ports.h"
#include "runtime/committer.h"
#include "runtime/restore.h"
#include "runtime/task_context.h"

namespace pactolus {

/// Brings a set of tasks up from their changelogs, in slices beside running tasks. One for each assignment;
/// dropped when the assignment changes. Threads: the worker's.
class Restorer {
 public:
  struct Options {
    std::string client_id;
    uint64_t nonce = 0;
    Duration call_timeout = std::chrono::seconds{10};
  };
  Restorer(Options options, const TaskContext& context, std::vector<TaskId> tasks, LogClient& client,
           Admin& admin, GroupMember& member, Logger& logger);

  /// Some work. Restored tasks are appended to `done`. False: nothing could be done now. Error: this state
  /// cannot be restored; nothing may run.
  Result<bool> step(std::vector<std::unique_ptr<TaskSlot>>& done);
  /// All tasks were handed out.
  bool finished() const { return prepared_ && pending_.empty(); }
  /// What kept the last step() from beginning; empty: nothing did.
  const std::string& waits_for() const { return waits_for_; }
  /// step() waits for records of changelogs (and not for Kafka to answer at all).
  bool reading() const { return reader_ != nullptr; }
  /// Waits for what step() reads, at most `timeout`. Only while reading().
  void wait(Duration timeout) { reader_->wait(timeout); }

 private:
  struct Pending {
    TaskId id;
    TopicPartition changelog;
    std::unique_ptr<Task> task;
    std::unique_ptr<TaskRestore> restore;
  };

  LogResult<void> prepare();
  LogResult<void> plan_restore(Pending& pending, std::span<const CommittedOffset> committed);
  LogResult<Offset> start_of(const TaskInput& input);
  LogResult<Offset> offset_at(const TopicPartition& partition, OffsetEdge edge, Isolation isolation);
  Result<bool> read(Pending& pending);
  Result<std::unique_ptr<TaskSlot>> finish(Pending& pending);

  Options options_;
  const TaskContext& context_;
  LogClient& client_;
  Admin& admin_;
  GroupMember& member_;
  Logger& logger_;
  std::vector<Pending> pending_;
  std::unique_ptr<Reader> reader_;
  bool prepared_ = false;
  std::string waits_for_;
};

}  // namespace pactolus

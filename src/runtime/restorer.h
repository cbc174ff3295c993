#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/logger.h"
#include "log/ports.h"
#include "runtime/committer.h"
#include "runtime/probe.h"
#include "runtime/restore.h"
#include "runtime/state_options.h"
#include "runtime/task_context.h"

namespace pactolus {

/// Brings a set of tasks up, in slices beside running tasks: those that were suspended as they are, if nobody
/// else had them meanwhile; the others from their disks and changelogs. One for each assignment; dropped when
/// the assignment changes. Threads: the worker's.
class Restorer {
 public:
  struct Options {
    std::string client_id;
    uint64_t nonce = 0;
    Duration call_timeout = std::chrono::seconds{10};
    StateOptions state;
    Probe probe = nullptr;
  };
  /// `suspended`: slots of some of the tasks.
  Restorer(Options options, const TaskContext& context, std::span<const TaskId> tasks,
           std::vector<std::unique_ptr<TaskSlot>> suspended, LogClient& client, Admin& admin,
           GroupMember& member, Logger& logger);

  /// Some work. Restored tasks are appended to `done`. False: nothing could be done now. Error: this state
  /// cannot be restored; nothing may run.
  Result<bool> step(std::vector<std::unique_ptr<TaskSlot>>& done);
  /// All tasks were handed out.
  bool finished() const { return prepared_ && pending_.empty(); }
  /// Those that were suspended and are not handed out yet.
  std::vector<TaskSlot*> suspended() const;
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
    std::unique_ptr<TaskSlot> suspended;  // none: to be restored
    std::unique_ptr<Task> task;
    std::unique_ptr<TaskRestore> restore;
    std::vector<CommittedOffset> committed;
    bool resumed = false;
    bool waits_for_disk = false;

    std::span<const std::unique_ptr<TaskInput>> inputs() const {
      return (suspended != nullptr ? suspended->task : task)->inputs();
    }
  };

  std::unique_ptr<Task> make_task(const TaskId& id) const;

  LogResult<void> prepare();
  LogResult<void> ask_committed();
  LogResult<void> plan(Pending& pending);
  bool may_resume(const Pending& pending, Offset end) const;
  LogResult<void> plan_restore(Pending& pending, Offset target);
  LogResult<std::vector<Offset>> starts_of(const Pending& pending);
  LogResult<Offset> start_of(const TaskInput& input);
  LogResult<Offset> offset_at(const TopicPartition& partition, OffsetEdge edge, Isolation isolation);
  LogResult<std::unique_ptr<DiskTier>> open_disk(const TaskId& task);
  LogResult<std::optional<CheckpointMark>> read_mark(const Pending& pending, DiskTier& disk, Offset begin,
                                                     Offset target);
  LogResult<void> assign();
  Result<bool> read(Pending& pending);
  Result<bool> overtaken(Pending& pending);
  Result<void> restart(Pending& pending, std::string_view reason);
  bool make_room(Pending& pending);
  static void continue_round(const Pending& pending, TaskLog& log);
  Result<std::unique_ptr<TaskSlot>> finish(Pending& pending);
  uint64_t memory_share() const { return options_.state.memory_bytes / tasks_; }

  Options options_;
  const TaskContext& context_;
  LogClient& client_;
  Admin& admin_;
  GroupMember& member_;
  Logger& logger_;
  size_t tasks_;
  std::vector<Pending> pending_;
  std::unique_ptr<Reader> reader_;
  bool committed_known_ = false;
  bool prepared_ = false;
  std::string waits_for_;
};

}  // namespace pactolus

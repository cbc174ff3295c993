#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/logger.h"
#include "log/ports.h"
#include "runtime/task.h"
#include "runtime/task_log.h"
#include "state/changelog_order.h"
#include "state/checkpoint_mark.h"
#include "state/row_image.h"

namespace pactolus {

/// Rebuilds one task from its changelog and checks it against the group's committed offsets. Begins where the
/// last checkpoint on the local disk ends, or at the log's start. Fed with batches of a read_committed
/// reader. Threads: the worker's.
class TaskRestore {
 public:
  /// Why what is on disk is no part of the changelog's history; empty: as far as can be told, it is. Offsets
  /// are of the changelog.
  static std::string refusal(const CheckpointMark& mark, const Task& task, Offset log_start, Offset target);

  /// `committed`: the group's offsets of the task's inputs, in their order. `starts`: where inputs without
  /// any begin. `target`: the changelog's end as a read_uncommitted reader saw it after `committed` was known
  /// to be stable.
  TaskRestore(Task& task, std::vector<CommittedOffset> committed, std::vector<Offset> starts,
              Offset log_start, Offset target);
  /// Goes on from what the task's disk holds; before anything is applied.
  void begin_at(CheckpointMark mark);

  Result<void> apply(const FetchedBatch& batch);
  /// Everything up to the target has been read.
  bool complete() const { return complete_; }
  Offset next_offset() const { return next_; }
  /// The record at the checkpoint's end is not the one that it was made after: the disk's state belongs to
  /// another changelog. Nothing was applied.
  bool disk_refused() const { return disk_refused_; }
  bool from_disk() const { return disk_end_.has_value(); }
  /// Nothing of an unfinished transaction has been applied, so that a checkpoint may be written, with this
  /// mark.
  std::optional<CheckpointMark> mark() const;

  /// The changelog was written with the tables as they are now.
  bool has_own_layouts() const { return layouts_hash_ == layouts_hash(task_); }
  /// An open round has all that it has not written yet on disk. Else a checkpoint must be written before it
  /// goes on.
  bool round_may_go_on() const;

  /// Checks that state and offsets agree and brings the task to its committed epoch. The log to go on with.
  /// Errors name what differs, with both numbers.
  Result<TaskLog> finish(const TaskLog::Identity& identity, Logger& logger);

 private:
  Result<void> apply_record(const RecordView& record);
  Result<void> apply_layouts(std::string_view body);
  Result<void> apply_block(std::string_view body);
  Result<void> load_block(std::string_view body);
  Result<void> apply_epoch(const RecordView& record, const ChangelogHeader& header, std::string_view body);
  Result<void> reconcile(size_t input, EpochRecord& epoch, Logger& logger) const;
  Result<void> check_tag() const;

  Task& task_;
  std::vector<CommittedOffset> committed_;
  std::vector<Offset> starts_;
  Offset next_;
  Offset target_;
  bool complete_ = false;
  Offset start_;                    // of the log
  std::optional<Offset> disk_end_;  // where the checkpoint ends
  bool disk_checked_ = false;       // the record before it was the right one
  bool disk_refused_ = false;
  ChangelogOrder order_;
  std::optional<EpochRecord> epoch_;
  TaskLog::Place place_;  // behind the last epoch record
  uint64_t layouts_hash_ = 0;
  uint64_t log_bytes_ = 0;
  uint64_t round_bytes_ = 0;
  uint32_t counted_round_ = 0;               // whose beginning round_bytes_ counts from
  std::map<uint64_t, RowMapping> mappings_;  // by the layout's hash that entries were written with
};

}  // namespace pactolus

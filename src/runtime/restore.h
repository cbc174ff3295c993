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
#include "state/row_image.h"

namespace pactolus {

/// Rebuilds one task from its changelog, from the log's start, and checks it against the group's committed
/// offsets. Fed with batches of a read_committed reader. Threads: the worker's.
class TaskRestore {
 public:
  /// `committed`: the group's offsets of the task's inputs, in their order. `starts`: where inputs without
  /// any begin. `target`: the changelog's end as a read_uncommitted reader saw it after `committed` was known
  /// to be stable.
  TaskRestore(Task& task, std::vector<CommittedOffset> committed, std::vector<Offset> starts,
              Offset log_start, Offset target);

  Result<void> apply(const FetchedBatch& batch);
  /// Everything up to the target has been read.
  bool complete() const { return complete_; }
  Offset next_offset() const { return next_; }

  /// Checks that state and offsets agree and brings the task to its committed epoch. The log to go on with.
  /// Errors name what differs, with both numbers.
  Result<TaskLog> finish(const TaskLog::Identity& identity, Logger& logger);

 private:
  Result<void> apply_record(const RecordView& record);
  Result<void> apply_layouts(std::string_view body);
  Result<void> apply_block(std::string_view body);
  Result<void> apply_epoch(const ChangelogHeader& header, std::string_view body);
  Result<void> check_first(const ChangelogHeader& header);
  Result<void> reconcile(size_t input, EpochRecord& epoch, Logger& logger) const;
  Result<void> check_tag() const;

  Task& task_;
  std::vector<CommittedOffset> committed_;
  std::vector<Offset> starts_;
  Offset next_;
  Offset target_;
  bool complete_ = false;
  bool seen_any_ = false;
  bool awaits_round_end_ = false;
  std::optional<EpochRecord> epoch_;
  uint64_t sequence_ = 0;       // of the last epoch record
  uint64_t open_sequence_ = 0;  // of blocks whose epoch record has not come yet; 0: none
  uint64_t layouts_hash_ = 0;
  std::map<uint64_t, RowMapping> mappings_;  // by the layout's hash that entries were written with
};

}  // namespace pactolus

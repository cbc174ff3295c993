#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/ports.h"
#include "runtime/outgoing.h"
#include "runtime/task.h"
#include "state/epoch_record.h"
#include "state/offset_tag.h"

namespace pactolus {

/// A task's place in its changelog: numbers its transactions, writes what they change, and remembers the last
/// committed epoch for going back. Threads: the worker's.
class TaskLog {
 public:
  struct Identity {
    TopicPartition changelog;
    TopicPartition decisions;
    uint64_t nonce = 0;  // of the worker's life
    std::string task_map_hash;
  };
  /// What a restore found in the changelog.
  struct Restored {
    uint64_t sequence = 0;  // of the last committed transaction; 0: there was none
    uint64_t layouts_hash = 0;
    std::optional<OffsetTag> tag;  // beside the group's offsets
  };

  TaskLog(Identity identity, const Restored& restored, EpochRecord epoch);

  const TopicPartition& changelog() const { return identity_.changelog; }
  const EpochRecord& committed_epoch() const { return committed_epoch_; }
  /// What the group's offsets carry if the open transaction was committed, and what they carry if not.
  OffsetTag tag_if_committed(const Task& task) const;
  const std::optional<OffsetTag>& tag_if_aborted() const { return tag_; }

  /// Appends the open transaction's layout descriptor (if it changed), blocks and epoch record, and what was
  /// decided in it.
  void write(Task& task, Outgoing& out);
  /// The offsets to send, each with the tag.
  std::vector<OffsetCommit> offsets(const Task& task) const;
  /// The transaction is committed in Kafka: the task's state is now permanent.
  void committed(Task& task);
  /// The transaction never happened: the task goes back to the last committed epoch.
  void aborted(Task& task);

 private:
  void add_decisions(const Task& task, Outgoing& out) const;
  void add(ChangelogKind kind, const Task& task, std::string_view body, Outgoing& out) const;

  Identity identity_;
  uint64_t sequence_;
  uint64_t layouts_hash_;
  uint64_t layouts_hash_written_ = 0;
  std::optional<OffsetTag> tag_;
  EpochRecord committed_epoch_;
  EpochRecord written_epoch_;
};

/// Of all tables' layouts: a layout descriptor is written when it changes.
uint64_t layouts_hash(std::string_view encoded_layouts);

}  // namespace pactolus

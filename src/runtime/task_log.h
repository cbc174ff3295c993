#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/ports.h"
#include "runtime/outgoing.h"
#include "runtime/state_options.h"
#include "runtime/task.h"
#include "state/checkpoint_mark.h"
#include "state/epoch_record.h"
#include "state/offset_tag.h"

namespace pactolus {

/// A task's place in its changelog: numbers its transactions, writes what they change, remembers the last
/// committed epoch for going back, and rewrites the changelog in rounds so that its beginning can be deleted
/// (design: rolling changelog). Threads: the worker's.
class TaskLog {
 public:
  struct Identity {
    TopicPartition changelog;
    TopicPartition decisions;
    uint64_t nonce = 0;  // of the worker's life
    std::string task_map_hash;
    RoundLimits rounds{};
  };
  /// Where the last committed transaction left the changelog.
  struct Place {
    uint64_t sequence = 0;  // of it; 0: there was none
    uint64_t layouts_hash = 0;
    std::optional<Offset> end;  // behind its epoch record; none: not known
    uint64_t record_hash = 0;   // of that record's value
    uint64_t log_bytes = 0;     // of records since the last finished round began, or ever
    uint64_t round_bytes = 0;   // of records since the last round began
  };

  /// `start`: the first offset of the changelog that is still there. `tag`: beside the group's offsets.
  TaskLog(Identity identity, Place place, Offset start, std::optional<OffsetTag> tag, EpochRecord epoch);

  const TopicPartition& changelog() const { return identity_.changelog; }
  const EpochRecord& committed_epoch() const { return committed_epoch_; }
  const Place& place() const { return place_; }
  /// What the group's offsets carry if the open transaction was committed, and what they carry if not.
  OffsetTag tag_if_committed(const Task& task) const;
  const std::optional<OffsetTag>& tag_if_aborted() const { return tag_; }

  /// Appends the open transaction's layout descriptor (if it changed), blocks and epoch record, and what was
  /// decided in it.
  void write(Task& task, Outgoing& out);
  /// The offsets to send, each with the tag.
  std::vector<OffsetCommit> offsets(const Task& task) const;
  /// The transaction is committed in Kafka: the task's state is now permanent. `end`: behind its last record
  /// in the changelog; none: not known.
  void committed(Task& task, std::optional<Offset> end);
  /// The transaction never happened: the task goes back to the last committed epoch.
  void aborted(Task& task);

  // ---- between transactions

  /// The state as it is can be written to disk.
  bool can_checkpoint(const Task& task) const;
  /// What a checkpoint of it has to say.
  std::string mark(const Task& task) const;
  /// The changelog has grown so much that it should be rewritten, from the next transaction on. Right before,
  /// a checkpoint must have been written.
  bool round_due(const Task& task) const;
  void begin_round() { round_begins_ = true; }
  /// The open round cannot go on: the disk does not hold what it has not written yet.
  void give_up_round();
  /// Everything before it is superfluous, once a checkpoint has been written.
  std::optional<Offset> purgeable() const { return purgeable_; }
  void purged() { purgeable_.reset(); }

 private:
  struct Written {
    EpochRecord epoch;
    Place place;
    bool begins_round = false;
    bool ends_round = false;
  };
  std::vector<std::string> blocks(Task& task, Written& written) const;
  void add_decisions(const Task& task, Outgoing& out) const;
  void add(ChangelogKind kind, const Task& task, std::string_view body, Outgoing& out);

  Identity identity_;
  Place place_;
  std::optional<OffsetTag> tag_;
  EpochRecord committed_epoch_;
  bool round_begins_ = false;
  std::optional<Offset> purgeable_;
  Written written_;  // by the open transaction
};

/// What a checkpoint of the task's state at `place`, which has an end, says of itself. `epoch`: the record
/// there.
CheckpointMark mark_of(const Task& task, const TaskLog::Place& place, const EpochRecord& epoch,
                       std::optional<uint32_t> awaited_round);
/// Of all tables' layouts: a layout descriptor is written when it changes.
uint64_t layouts_hash(std::string_view encoded_layouts);
uint64_t layouts_hash(const Task& task);
/// Of an epoch record's value.
uint64_t record_hash(std::string_view value);

}  // namespace pactolus

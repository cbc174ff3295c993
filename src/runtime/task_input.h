#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "data/codecs/record_decoder.h"
#include "data/codecs/row_codec.h"
#include "data/column_batch.h"
#include "runtime/fetched_rows.h"
#include "state/epoch_record.h"
#include "topology/plan.h"

namespace pactolus {

/// Rows of one fetched batch, decoded and given their times, waiting to be processed. A
/// source's row i is record i; an update from a repartition topic is two rows of one record.
struct WaitingBatch {
  std::shared_ptr<FetchedRows> source;
  ColumnBatch batch;                      // its selection: the rows that decoded
  std::shared_ptr<SystemColumns> system;  // the batch's, still writable: a floor may have to be raised
  std::vector<RowError> failures;         // ascending: the rows that did not decode
  std::vector<EventTime> watermarks;      // of the partition after each record; ascending
  std::vector<std::pair<uint32_t, ControlRecord>> controls;  // ascending by record
  uint32_t records() const { return static_cast<uint32_t>(source->batch.records.size()); }
  uint32_t record_of(uint32_t row) const { return system->source_row[row]; }
};

/// One input partition of a task: decodes what is fetched, keeps it in order until it is processed, and knows
/// how far the partition is and its time. Deterministic: what it makes of a record depends on the records
/// before it only. Threads: the task's.
class TaskInput {
 public:
  /// `is_copy`: another task reads its records, too, and answers for those that are refused.
  TaskInput(const InputPlan& plan, Partition partition, int32_t partitions, bool is_copy = false);

  const InputPlan& plan() const { return plan_; }
  const TopicPartition& partition() const { return partition_; }
  /// Its rows come from tables (InputPlan).
  bool is_table() const { return plan_.is_of_tables(); }
  /// Whose progress it is in an epoch record.
  bool owns(const InputProgress& progress) const {
    return progress.topic == progress_.topic && progress.partition == progress_.partition;
  }
  /// As of the last processed record.
  const InputProgress& progress() const { return progress_; }
  /// Forgets what waits and goes on from there.
  void reset(const InputProgress& progress);

  /// Decodes and queues a fetched batch. Error: steps rely on how the topic is partitioned, and a record lies
  /// elsewhere; nothing of the batch may be processed.
  Result<void> offer(FetchedBatch batch);
  /// The next offset to fetch: behind what waits.
  Offset fetch_offset() const { return fetch_offset_; }
  /// Rows that wait.
  size_t waiting() const { return waiting_; }
  /// The reader has seen the partition's end, and nothing waits.
  bool at_end() const { return at_end_ && queue_.empty(); }

  /// The batch at the head, and how many of its records are processed. Only if waiting() > 0.
  const WaitingBatch& head() const { return queue_.front(); }
  uint32_t head_begin() const { return head_begin_; }
  /// The partition's watermark after the head's record `row`, floor included.
  EventTime watermark_after(uint32_t row) const { return std::max(head().watermarks[row], progress_.floor); }
  /// The order in which rows of several inputs are merged: the highest event time up to the next row.
  EventTime merge_time() const;
  /// How many of the head's next records have merge times up to `bound` (below it, if not `inclusive`).
  uint32_t records_until(EventTime bound, bool inclusive) const;

  /// The head's records before `end` are processed.
  void advance_to(uint32_t end);
  void mark_idle() { progress_.idle = true; }
  /// Rows come again after idleness (of the partition, or of an upstream task): they are late by the task's
  /// watermark.
  void resume(EventTime task_watermark);
  /// No more records will come: the partition's watermark goes to the end of time.
  void end() { progress_.watermark = EventTime::max(); }

 private:
  void decode_source(WaitingBatch& decoded);
  void decode_repartition(WaitingBatch& decoded);
  Result<void> check_places(const WaitingBatch& decoded) const;
  Error misplaced(const SourcePlan& source, Offset offset, Partition place) const;
  std::optional<EventTime> event_time(const WaitingBatch& decoded, uint32_t row, RowErrors& refused) const;
  static void add_failures(WaitingBatch& decoded, RowErrors& refused);
  /// What a row of a repartition topic has besides its columns, behind the others.
  void add_system_row(WaitingBatch& decoded, const RepartitionedRow& row, uint32_t record) const;
  Duration disorder() const;

  const InputPlan& plan_;
  TopicPartition partition_;
  bool is_copy_;
  std::optional<RowCodec> codec_;  // for a repartition topic
  InputProgress progress_;
  Offset fetch_offset_;
  EventTime decoded_watermark_ = EventTime::min();  // behind what waits, floor not included
  bool at_end_ = false;
  size_t waiting_ = 0;
  std::deque<WaitingBatch> queue_;
  uint32_t head_begin_ = 0;
};

}  // namespace pactolus

#pragma once

#include <string>

#include "data/codecs/json_encoder.h"
#include "data/codecs/row_codec.h"
#include "data/row_errors.h"
#include "operators/operator.h"
#include "runtime/outgoing.h"
#include "runtime/repartition_record.h"
#include "runtime/task_context.h"
#include "topology/plan.h"

namespace pactolus {

/// Encodes rows for one sink. A record's partition is Java's murmur2 of its key; without a key it is the
/// task's own number. Retractions become tombstones. Threads: the task's.
class SinkWriter {
 public:
  SinkWriter(const SinkPlan& plan, const TaskContext& context, Partition task);
  const SinkPlan& plan() const { return plan_; }
  /// `record_time` bounds the record's timestamp: brokers refuse timestamps far in their future. Rows that
  /// cannot be written are appended to `refused`, for the dead letters.
  void write(const ColumnBatch& batch, ProcessingTime record_time, std::vector<RowError>& refused,
             Outgoing& out);

  StepCounts counts;

 private:
  const SinkPlan& plan_;
  size_t result_bytes_max_;
  int32_t partitions_;
  Partition keyless_partition_;
  std::string key_;
  std::string value_;
};

/// Encodes rows for a repartition topic, and control records to all its partitions. A row's key is its
/// group's encoded key (key_encoding.h), so that values that are equal in SQL meet in one partition. An
/// update is one record if both rows have one key, else a retraction and an insert. Threads: the task's.
class RepartitionWriter {
 public:
  RepartitionWriter(const RepartitionPlan& plan, const TaskContext& context);
  const RepartitionPlan& plan() const { return plan_; }
  void write(const ColumnBatch& batch, ProcessingTime record_time, Outgoing& out);
  void write_control(const ControlRecord& control, ProcessingTime record_time, Outgoing& out);

 private:
  const RepartitionPlan& plan_;
  int32_t partitions_;
  RowCodec codec_;
  ByteRows keys_;
  std::string before_;
  std::string value_;
};

}  // namespace pactolus

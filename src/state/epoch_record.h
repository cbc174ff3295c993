#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace pactolus {

/// How far one input partition of a task has been read, and its time.
struct InputProgress {
  std::string topic;
  int32_t partitions = 0;  // of the topic, when it was written: a difference stops the sub-topology
  /// Of a global table, of which a task reads all. None: the task's own.
  std::optional<Partition> partition = {};
  Offset offset;  // the next one to read
  EventTime watermark =
      EventTime::min();                // of the partition: highest event time seen − disorder; never falls
  EventTime floor = EventTime::min();  // the task's watermark when the partition came back from being idle
  bool idle = false;                   // decided by processing time; recorded so that a replay can repeat it
  bool operator==(const InputProgress&) const = default;
};

/// What the task knows of one upstream task of a repartition topic, from control records.
struct UpstreamProgress {
  std::string topic;
  int32_t task = 0;
  int32_t tasks = 0;  // how many upstream tasks there are
  EventTime watermark = EventTime::min();
  bool idle = false;
  bool operator==(const UpstreamProgress&) const = default;
};

/// What the task has told the downstream tasks of one repartition topic, the same to all.
struct DownstreamProgress {
  std::string topic;
  EventTime watermark = EventTime::min();
  bool idle = false;
  bool operator==(const DownstreamProgress&) const = default;
};

/// An unfinished window close (operators/operator.h), and when it fell due by the task's watermark.
struct CloseProgress {
  std::string step;
  EventTime due;
  EventTime window_end;
  std::string last_key;
  bool operator==(const CloseProgress&) const = default;
};

/// A round of the changelog (design: rolling changelog). Number 0: none yet.
struct RoundProgress {
  uint32_t number = 0;
  bool open = false;
  Offset start;        // of the first block of the transaction that opened it
  std::string cursor;  // the last key that it has rewritten
  bool operator==(const RoundProgress&) const = default;
};

/// Named counts of one step since the task began (operators/operator.h: StepCounts), by their names.
struct StepProgress {
  std::string step;
  std::map<std::string, uint64_t> counts;
  bool operator==(const StepProgress&) const = default;
};

/// Everything about a task but its tables: committed in the same transaction as what it describes, one for
/// each transaction that sends an offset of the task.
struct EpochRecord {
  uint64_t nonce = 0;  // of the worker's life that wrote it
  std::vector<InputProgress> inputs;
  std::vector<UpstreamProgress> upstreams;
  std::vector<DownstreamProgress> downstreams;
  EventTime watermark = EventTime::min();  // the task's
  EventTime settled = EventTime::min();    // everything due up to here has been done
  ProcessingTime record_time;              // the highest Kafka timestamp of the records read
  std::optional<CloseProgress> close;
  RoundProgress round;
  std::string task_map_hash;
  uint64_t fingerprint = 0;  // of the topology that wrote it
  std::vector<StepProgress> steps;
  bool operator==(const EpochRecord&) const = default;
};

std::string encode_epoch(const EpochRecord& epoch);
/// Error: malformed.
Result<EpochRecord> decode_epoch(std::string_view body);

}  // namespace pactolus

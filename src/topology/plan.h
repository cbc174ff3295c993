#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "data/codecs/json_encoder.h"
#include "data/codecs/record_decoder.h"
#include "data/partitioner.h"
#include "data/schema.h"
#include "operators/operator.h"

namespace pactolus {

/// Where the reading of a topic begins when the group has committed nothing yet.
struct StartAt {
  enum Kind : uint8_t { kEarliest, kLatest, kTimestamp } kind = kEarliest;
  ProcessingTime timestamp;  // for kTimestamp
};

/// How event time is read and how far it may be out of order.
struct TimePlan {
  size_t field = 0;              // a timestamptz column
  Duration disorder{0};          // the watermark follows the highest time seen at this distance
  std::optional<Duration> idle;  // a partition without records for so long stops holding the watermark back
  /// Beyond the record's timestamp by more: a dead letter, code future_event.
  std::optional<Duration> max_future;
};

/// A source of the topology: a topic from outside. With a primary key it is a table: the last record of each
/// key counts, one without value deletes it.
struct SourcePlan {
  std::string name;
  std::string topic;
  Schema schema;
  std::vector<SourceField> fields;  // where each column comes from
  std::unique_ptr<const RecordDecoder> decoder;
  std::optional<TimePlan> time;  // none: event time is the Kafka record's timestamp, without disorder
  std::vector<size_t> key_columns;
  Partitioner partitioner = Partitioner::kMurmur2;
  StartAt start;
  std::vector<size_t> primary_key;  // empty: a stream
  bool is_table() const { return !primary_key.empty(); }
  bool is_global = false;  // a table that every task reads as a whole
};

/// A topic of our own between two sub-topologies. Rows lie in it as row_codec.h encodes them.
struct RepartitionPlan {
  std::string name;   // "<step>": the step that needs it; "<step>-<stream>" if it needs several
  std::string topic;  // "<prefix><application>-<name>-repartition"
  Schema schema;
  std::vector<size_t> key_columns;    // the record's key; empty: all rows in partition 0
  std::optional<int32_t> partitions;  // none: as many as the widest input of `sized_by` has
  std::string reason;                 // why it is needed, for people
  size_t producer = 0;                // index of the sub-topology that writes it
  bool of_tables = false;             // all its rows come from sources that are tables
  std::vector<size_t> sized_by;       // that one, and those that write the topics whose rows meet its own
  /// The smallest window after it: control records are due when the watermark moved a tenth of it.
  Duration boundary{0};
};

/// A sink of the topology: a topic to outside.
struct SinkPlan {
  std::string name;
  std::string topic;
  Schema schema;
  std::unique_ptr<const JsonEncoder> encoder;
  std::unique_ptr<const KeyTextEncoder> key_encoder;  // none: records without key
  std::vector<size_t> key_columns;
  bool is_table = false;  // retractions become tombstones
};

/// An arrow of the graph: to input `port` of a step, or to a sink or repartition topic.
struct Edge {
  enum Target : uint8_t { kStep, kSink, kRepartition } target = kStep;
  size_t index = 0;   // into SubTopology::steps, ::sinks or ::repartitions
  size_t port = 0;    // for kStep: which of its inputs
  size_t output = 0;  // of the step where it begins: the number of a named output; 0: its own rows
};

/// What a sub-topology reads: a source's topic or a repartition topic.
struct InputPlan {
  const SourcePlan* source = nullptr;  // exactly one of the two
  const RepartitionPlan* repartition = nullptr;
  std::vector<Edge> successors;
  /// Of a source: steps rely on its records being where their keys say.
  bool relied_on = false;
  /// Of a global table: an earlier sub-topology reads it, too, and answers for records that are refused.
  bool is_copy = false;
  const std::string& topic() const { return source ? source->topic : repartition->topic; }
  const std::string& name() const { return source ? source->name : repartition->name; }
  /// All partitions of it are read by every task, and the group knows nothing of it.
  bool is_global() const { return source != nullptr && source->is_global; }
  /// All its rows come from sources that are tables: it counts for no time, and goes first.
  bool is_of_tables() const { return source != nullptr ? source->is_table() : repartition->of_tables; }
};

struct StepPlan {
  std::string name;
  std::string operation;  // the operator's name: "filter"
  const OperatorNode* node = nullptr;
  /// The distance of its watermark behind the task's: the largest sum of delays on a path to it.
  Duration input_delay{0};
  std::vector<Edge> successors;
  bool before_rows = false;  // of a table: it gives them (Operator::before_rows)
};

/// A connected part of the graph, cut at repartition topics. Task i of it owns partition i of each of its
/// inputs.
struct SubTopology {
  size_t index = 0;
  std::vector<InputPlan> inputs;  // in the order of the merge's tie-break
  std::vector<StepPlan> steps;    // topological order
  std::vector<const SinkPlan*> sinks;
  struct RepartitionOutput {
    const RepartitionPlan* plan;
    Duration delay;  // of the rows that go into it behind the task's watermark
  };
  std::vector<RepartitionOutput> repartitions;
  /// Rows with equal keys from several inputs must meet here, so the inputs' partition counts must be equal.
  bool equal_partitions = false;
};

/// A validated topology, immutable, shared by all tasks of all workers.
class Plan {
 public:
  std::string name;  // the topology's name, and the application's: group, topics and ids derive from it
  std::string description;
  uint64_t fingerprint = 0;  // of everything that changes what the topology computes
  std::vector<std::unique_ptr<const SourcePlan>> sources;
  std::vector<std::unique_ptr<const SinkPlan>> sinks;
  std::vector<std::unique_ptr<const RepartitionPlan>> repartitions;
  std::vector<std::unique_ptr<const OperatorNode>> nodes;
  std::vector<SubTopology> sub_topologies;

  /// "<prefix><application>-<lead topic>-changelog"
  std::string changelog_topic(const std::string& lead_topic) const;
  /// "<prefix><application>-decisions"
  std::string decisions_topic() const;
  /// Some task merges inputs or waits for idle ones: its order of work is not in its inputs alone.
  bool makes_decisions() const;
  std::string dead_letter_topic;
  std::string internal_prefix;
};

}  // namespace pactolus

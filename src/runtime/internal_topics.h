#pragma once

#include <vector>

#include "base/result.h"
#include "log/ports.h"
#include "runtime/task_map.h"
#include "topology/plan.h"

namespace pactolus {

/// The topics that an application owns: changelogs, repartition topics, dead letters. Named as Kafka Streams
/// names them, so that prefixed rights and tools fit.
std::vector<TopicSpec> internal_topics(const Plan& plan, const TaskMap& map, int16_t replication);

/// What prepare_topics has made sure of.
struct PreparedTopics {
  TaskMap map;
  PartitionCounts output_partitions;  // of sinks, repartition topics and dead letters
};

/// Checks that sources and sinks exist, derives the task map, makes missing internal topics and verifies
/// existing ones. kRetry: Kafka is not reachable. kFatal: all that is wrong, one sentence a line.
LogResult<PreparedTopics> prepare_topics(const Plan& plan, int16_t replication, Admin& admin);

}  // namespace pactolus

#pragma once

#include <string>

#include "runtime/task_map.h"
#include "topology/plan.h"

namespace pactolus {

/// What all tasks of an application share. Immutable; outlives the tasks.
struct TaskContext {
  const Plan& plan;
  const TaskMap& map;
  /// Of everything that is written: sinks, repartition topics, dead letters.
  PartitionCounts output_partitions;
  /// A result larger than this (key and value) is a dead letter, code result_too_large: the broker would
  /// refuse it.
  size_t result_bytes_max = 1'000'000;
  /// Results of a window's close between two looks at heartbeats and commits.
  size_t close_rows_max = kBatchRowsMax;

  /// Where a task's decisions go. Only tasks that can make some write there.
  TopicPartition decisions_of(const TaskId& task) const {
    std::string topic = plan.decisions_topic();
    auto found = output_partitions.find(topic);
    int32_t partitions = found == output_partitions.end() ? 1 : found->second;
    return {std::move(topic), Partition{task.partition.value() % partitions}};
  }

  bool is_repartition(const std::string& topic) const {
    for (const auto& repartition : plan.repartitions) {
      if (repartition->topic == topic) return true;
    }
    return false;
  }
};

}  // namespace pactolus

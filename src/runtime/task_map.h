#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "state/changelog.h"
#include "topology/plan.h"

namespace pactolus {

/// Partitions per topic, as the cluster said or as the plan decides for topics that will be made.
using PartitionCounts = std::map<std::string, int32_t>;

/// The tasks of one sub-topology.
struct SubTopologyTasks {
  const SubTopology* sub = nullptr;
  std::string lead_topic;  // the input with the most partitions, ties by name: its assignment is the tasks'
                           // assignment
  int32_t tasks = 0;       // the lead topic's partitions
};

/// Which tasks a topology has, derived from the plan and the inputs' partition counts alone. Two workers may
/// share a group only if their maps are equal, which the hash tells. Immutable.
struct TaskMap {
  std::vector<SubTopologyTasks> sub_topologies;  // by SubTopology::index
  PartitionCounts partitions;                    // of every input and repartition topic
  std::string hash;                              // 16 hexadecimal digits

  /// Every topic whose offsets the group commits, sorted.
  std::vector<std::string> input_topics() const;
  /// The sub-topology that a lead topic names; nullptr if it leads none.
  const SubTopologyTasks* led_by(const std::string& topic) const;
};

/// Repartition topics' counts are decided here if `partitions` lacks them. Errors: an input topic without a
/// count, inputs that must have equal counts and have not.
Result<TaskMap> make_task_map(const Plan& plan, PartitionCounts partitions);

}  // namespace pactolus

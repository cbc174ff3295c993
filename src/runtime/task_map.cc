#include "runtime/task_map.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "base/bytes.h"

namespace pactolus {
namespace {

std::string hex(uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text.push_back(kDigits[value >> shift & 15]);
  return text;
}

std::string hash_of(const TaskMap& map) {
  std::string description;
  ByteWriter out(description);
  for (const SubTopologyTasks& tasks : map.sub_topologies) {
    out.bytes(tasks.lead_topic);
    out.varint(tasks.sub->inputs.size());
    for (const InputPlan& input : tasks.sub->inputs) {
      out.bytes(input.topic());
      out.varint(static_cast<uint64_t>(map.partitions.at(input.topic())));
    }
  }
  return hex(XXH3_64bits(description.data(), description.size()));
}

/// As many partitions as the widest input of the sub-topologies that it is sized by; none: not all of these
/// are known yet.
std::optional<int32_t> decide_partitions(const Plan& plan, const RepartitionPlan& repartition,
                                         const PartitionCounts& counts) {
  if (repartition.partitions) return *repartition.partitions;
  int32_t widest = 1;
  for (size_t writer : repartition.sized_by) {
    for (const InputPlan& input : plan.sub_topologies[writer].inputs) {
      if (input.is_global()) continue;
      auto found = counts.find(input.topic());
      if (found == counts.end()) return std::nullopt;
      widest = std::max(widest, found->second);
    }
  }
  return widest;
}

Result<SubTopologyTasks> tasks_of(const SubTopology& sub, const PartitionCounts& counts) {
  SubTopologyTasks tasks{.sub = &sub, .lead_topic = {}, .tasks = 0};
  for (const InputPlan& input : sub.inputs) {
    if (input.is_global()) continue;
    int32_t count = counts.at(input.topic());
    bool leads = count > tasks.tasks || (count == tasks.tasks && input.topic() < tasks.lead_topic);
    if (leads) tasks = {.sub = &sub, .lead_topic = input.topic(), .tasks = count};
  }
  if (!sub.equal_partitions) return tasks;
  for (const InputPlan& input : sub.inputs) {
    int32_t count = counts.at(input.topic());
    if (count == tasks.tasks || input.is_global()) continue;
    return Error{"topics that are read together must have equally many partitions: " + tasks.lead_topic +
                 " has " + std::to_string(tasks.tasks) + ", " + input.topic() + " has " +
                 std::to_string(count)};
  }
  return tasks;
}

}  // namespace

std::vector<std::string> TaskMap::input_topics() const {
  std::vector<std::string> topics;
  for (const SubTopologyTasks& tasks : sub_topologies) {
    for (const InputPlan& input : tasks.sub->inputs) {
      if (!input.is_global()) topics.push_back(input.topic());
    }
  }
  std::sort(topics.begin(), topics.end());
  return topics;
}

const SubTopologyTasks* TaskMap::led_by(const std::string& topic) const {
  for (const SubTopologyTasks& tasks : sub_topologies) {
    if (tasks.lead_topic == topic) return &tasks;
  }
  return nullptr;
}

Result<TaskMap> make_task_map(const Plan& plan, PartitionCounts partitions) {
  for (const auto& source : plan.sources) {
    if (!partitions.contains(source->topic)) return Error{"topic does not exist: " + source->topic};
  }
  // Repartition topics that depend on each other are decided from the front; the graph has no cycles.
  for (size_t round = 0; round < plan.repartitions.size(); ++round) {
    for (const auto& repartition : plan.repartitions) {
      if (partitions.contains(repartition->topic)) continue;
      const std::optional<int32_t> count = decide_partitions(plan, *repartition, partitions);
      if (count) partitions[repartition->topic] = *count;
    }
  }
  TaskMap map;
  map.partitions = std::move(partitions);
  for (const SubTopology& sub : plan.sub_topologies) {
    map.sub_topologies.push_back(PACTOLUS_TRY(tasks_of(sub, map.partitions)));
  }
  map.hash = hash_of(map);
  return map;
}

}  // namespace pactolus

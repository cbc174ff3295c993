#include "runtime/internal_topics.h"

#include <algorithm>

namespace pactolus {
namespace {

LogError fatal(std::string message) { return {LogErrorKind::kFatal, std::move(message)}; }

/// Everything the plan names and everything that might exist of ours.
std::vector<std::string> names_of(const Plan& plan) {
  std::vector<std::string> names;
  for (const auto& source : plan.sources) names.push_back(source->topic);
  for (const auto& sink : plan.sinks) names.push_back(sink->topic);
  for (const auto& repartition : plan.repartitions) names.push_back(repartition->topic);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

LogResult<PartitionCounts> count_partitions(std::span<const std::string> names, Admin& admin) {
  PartitionCounts counts;
  for (const TopicDescription& topic : PACTOLUS_TRY(admin.describe_topics(names)))
    counts[topic.name] = topic.partitions;
  return counts;
}

std::string missing_topics(const Plan& plan, const PartitionCounts& counts) {
  std::string missing;
  for (const auto& source : plan.sources) {
    if (!counts.contains(source->topic))
      missing += "source `" + source->name + "`: topic does not exist: " + source->topic + "\n";
  }
  for (const auto& sink : plan.sinks) {
    if (!counts.contains(sink->topic))
      missing += "sink `" + sink->name + "`: topic does not exist: " + sink->topic + "\n";
  }
  if (!missing.empty()) missing.pop_back();
  return missing;
}

LogResult<void> verify(const TopicSpec& spec, int32_t partitions, Admin& admin) {
  if (partitions != spec.partitions) {
    return fatal("topic " + spec.name + " has " + std::to_string(partitions) + " partitions, but must have " +
                 std::to_string(spec.partitions) +
                 ": the inputs' partition counts have changed. Way out: a new " +
                 "application (another topology name) that replays its inputs");
  }
  auto config = PACTOLUS_TRY(admin.topic_config(spec.name));
  for (const auto& [name, wanted] : spec.config) {
    auto found = config.find(name);
    if (found == config.end() || found->second == wanted) continue;
    return fatal("topic " + spec.name + " has " + name + "=" + found->second + ", but must have " + wanted +
                 ": with the other setting Kafka would delete what Pactolus still needs");
  }
  return {};
}

/// Deleted by the time of writing, whatever the age of the records that were decided about. Operators may
/// change how long.
std::map<std::string, std::string> kept_for_replays() {
  constexpr auto kDecisionsKept = std::chrono::hours{24 * 90};
  auto kept_ms = std::chrono::duration_cast<std::chrono::milliseconds>(kDecisionsKept).count();
  return {{"cleanup.policy", "delete"},
          {"retention.ms", std::to_string(kept_ms)},
          {"message.timestamp.type", "LogAppendTime"}};
}

}  // namespace

std::vector<TopicSpec> internal_topics(const Plan& plan, const TaskMap& map, int16_t replication) {
  const std::map<std::string, std::string> keep_forever = {{"cleanup.policy", "delete"},
                                                           {"retention.ms", "-1"},
                                                           {"retention.bytes", "-1"},
                                                           {"message.timestamp.type", "CreateTime"}};
  std::vector<TopicSpec> specs;
  int32_t most = 1;
  for (const SubTopologyTasks& tasks : map.sub_topologies) {
    specs.push_back({plan.changelog_topic(tasks.lead_topic), tasks.tasks, replication, keep_forever});
    most = std::max(most, tasks.tasks);
  }
  for (const auto& repartition : plan.repartitions) {
    specs.push_back({repartition->topic, map.partitions.at(repartition->topic), replication, keep_forever});
  }
  specs.push_back({plan.dead_letter_topic, most, replication, {{"cleanup.policy", "delete"}}});
  if (plan.makes_decisions())
    specs.push_back({plan.decisions_topic(), most, replication, kept_for_replays()});
  return specs;
}

LogResult<PreparedTopics> prepare_topics(const Plan& plan, int16_t replication, Admin& admin) {
  PartitionCounts counts = PACTOLUS_TRY(count_partitions(names_of(plan), admin));
  std::string missing = missing_topics(plan, counts);
  if (!missing.empty()) return fatal(std::move(missing));
  auto map = make_task_map(plan, counts);
  if (!map) return fatal(std::move(map).error().message);

  std::vector<TopicSpec> specs = internal_topics(plan, *map, replication);
  PACTOLUS_TRY(admin.create_topics(specs));
  std::vector<std::string> names;
  for (const TopicSpec& spec : specs) names.push_back(spec.name);
  PartitionCounts existing = PACTOLUS_TRY(count_partitions(names, admin));
  for (const TopicSpec& spec : specs) {
    auto found = existing.find(spec.name);
    if (found == existing.end())
      return LogError{LogErrorKind::kRetry, "topic " + spec.name + " is being created"};
    // These may be older ones, of another size and retention: they carry no state.
    bool is_output = spec.name == plan.dead_letter_topic || spec.name == plan.decisions_topic();
    if (!is_output) PACTOLUS_TRY(verify(spec, found->second, admin));
    counts[spec.name] = found->second;
  }
  return PreparedTopics{std::move(*map), std::move(counts)};
}

}  // namespace pactolus

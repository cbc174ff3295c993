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

/// Sentences, one a line.
class Findings {
 public:
  void add(std::string sentence) {
    if (!text_.empty()) text_ += '\n';
    text_ += sentence;
  }
  LogResult<void> verdict() && {
    if (text_.empty()) return {};
    return fatal(std::move(text_));
  }

 private:
  std::string text_;
};

LogResult<void> check_existence(const Plan& plan, const PartitionCounts& counts) {
  Findings missing;
  for (const auto& source : plan.sources) {
    if (counts.contains(source->topic)) continue;
    missing.add("source `" + source->name + "`: topic does not exist: " + source->topic + "; create it" +
                (source->is_global ? "" : ", with as many partitions as there are to be tasks"));
  }
  for (const auto& sink : plan.sinks) {
    if (counts.contains(sink->topic)) continue;
    missing.add("sink `" + sink->name + "`: topic does not exist: " + sink->topic + "; create it");
  }
  return std::move(missing).verdict();
}

/// The sub-topology whose changelog this is has as many tasks as its lead topic has partitions.
void verify_partitions(const Plan& plan, const TaskMap& map, const TopicSpec& spec, int32_t partitions,
                       Findings& wrong) {
  if (partitions == spec.partitions) return;
  std::string lead;
  for (const SubTopologyTasks& tasks : map.sub_topologies) {
    if (plan.changelog_topic(tasks.lead_topic) == spec.name) lead = ", as many as topic " + tasks.lead_topic;
  }
  wrong.add("topic " + spec.name + " has " + std::to_string(partitions) + " partitions, but must have " +
            std::to_string(spec.partitions) + lead +
            ": one of them was changed after the first start, and keys would move between tasks. Way out: " +
            "give the topology another name, so that it replays its inputs into topics of its own");
}

LogResult<void> verify_settings(const TopicSpec& spec, Admin& admin, Findings& wrong) {
  auto config = PACTOLUS_TRY(admin.topic_config(spec.name));
  for (const auto& [name, wanted] : spec.config) {
    auto found = config.find(name);
    if (found == config.end() || found->second == wanted) continue;
    wrong.add("topic " + spec.name + " has " + name + "=" + found->second + ", but must have " + name + "=" +
              wanted + ": Kafka would delete or change what Pactolus still needs. Way out: set it back");
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
  PACTOLUS_TRY(check_existence(plan, counts));
  auto map = make_task_map(plan, counts);
  if (!map) return fatal(std::move(map).error().message);

  std::vector<TopicSpec> specs = internal_topics(plan, *map, replication);
  PACTOLUS_TRY(admin.create_topics(specs));
  std::vector<std::string> names;
  for (const TopicSpec& spec : specs) names.push_back(spec.name);
  PartitionCounts existing = PACTOLUS_TRY(count_partitions(names, admin));
  Findings wrong;
  for (const TopicSpec& spec : specs) {
    auto found = existing.find(spec.name);
    if (found == existing.end())
      return LogError{LogErrorKind::kRetry, "topic " + spec.name + " is being created"};
    counts[spec.name] = found->second;
    // These may be older ones, of another size and retention: they carry no state.
    if (spec.name == plan.dead_letter_topic || spec.name == plan.decisions_topic()) continue;
    verify_partitions(plan, *map, spec, found->second, wrong);
    PACTOLUS_TRY(verify_settings(spec, admin, wrong));
  }
  PACTOLUS_TRY(std::move(wrong).verdict());
  return PreparedTopics{std::move(*map), std::move(counts)};
}

}  // namespace pactolus

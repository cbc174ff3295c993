#include "log/memory_topics.h"

#include <algorithm>
#include <cctype>

namespace pactolus {

namespace {

/// Kafka's rule.
bool is_topic_name(const std::string& name) {
  auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
         std::ranges::all_of(name, allowed);
}

}  // namespace

LogResult<bool> MemoryTopics::create(const TopicSpec& spec) {
  if (topics_.contains(spec.name)) return false;
  if (!is_topic_name(spec.name)) {
    return LogError{LogErrorKind::kFatal, "cannot create topic: invalid name: " + spec.name};
  }
  if (spec.partitions < 1) {
    return LogError{LogErrorKind::kFatal,
                    "cannot create topic: invalid number of partitions: " + std::to_string(spec.partitions)};
  }
  MemoryTopic& topic = topics_[spec.name];
  topic.spec = spec;
  for (int32_t i = 0; i < spec.partitions; ++i) topic.partitions.emplace_back();
  return true;
}

const MemoryTopic* MemoryTopics::find(const std::string& name) const {
  auto topic = topics_.find(name);
  return topic == topics_.end() ? nullptr : &topic->second;
}

LogResult<MemoryPartition*> MemoryTopics::partition(const TopicPartition& partition) {
  auto topic = topics_.find(partition.topic);
  int32_t number = partition.partition.value();
  if (topic == topics_.end() || number < 0 || number >= topic->second.spec.partitions) {
    return LogError{LogErrorKind::kFatal, "unknown topic or partition: " + to_string(partition)};
  }
  return &topic->second.partitions[static_cast<size_t>(number)];
}

LogResult<void> check_within(const MemoryPartition& log, const TopicPartition& partition, Offset offset) {
  Offset end = log.end(Isolation::kReadUncommitted);
  if (offset >= log.start() && offset <= end) return {};
  return LogError{LogErrorKind::kFatal, "offset out of range: " + to_string(partition) + ": offset " +
                                            std::to_string(offset.value()) + ", log from " +
                                            std::to_string(log.start().value()) + " to " +
                                            std::to_string(end.value())};
}

}  // namespace pactolus

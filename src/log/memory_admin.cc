#include "log/memory_admin.h"

#include "log/decided_deletion.h"

namespace pactolus {

namespace {

/// What a broker says of a topic that was created without these settings.
const std::map<std::string, std::string>& default_config() {
  static const std::map<std::string, std::string> config = {
      {"cleanup.policy", "delete"},     {"compression.type", "producer"},
      {"max.message.bytes", "1048588"}, {"min.insync.replicas", "1"},
      {"retention.bytes", "-1"},        {"retention.ms", "604800000"},
      {"segment.bytes", "1073741824"},  {"message.timestamp.type", "CreateTime"}};
  return config;
}

/// Searches record by record: nobody asks for times often.
Offset first_since(const MemoryPartition& log, ProcessingTime time, Isolation isolation) {
  constexpr size_t kRecordsMax = 1024;
  for (Offset from = log.start(); from < log.end(isolation);) {
    MemoryPartition::Fetch fetched = log.fetch(from, kRecordsMax, isolation);
    for (const RecordView& record : fetched.batch.records) {
      if (record.timestamp >= time) return record.offset;
    }
    if (fetched.next == from) break;
    from = fetched.next;
  }
  return log.end(isolation);
}

Offset offset_of(const MemoryPartition& log, OffsetEdge edge, Isolation isolation) {
  if (edge.time()) return first_since(log, *edge.time(), Isolation::kReadUncommitted);
  return edge == OffsetEdge::kStart ? log.start() : log.end(isolation);
}

}  // namespace

template <class Answer>
auto MemoryAdmin::request(Answer answer) -> decltype(answer()) {
  const LogFault fault = cluster_.fault(LogRequest::kAdmin, "admin");
  const LogError unanswered{LogErrorKind::kRetry, "request got no answer"};
  if (fault != LogFault::kNone && fault != LogFault::kLostAnswer) return unanswered;
  auto lock = cluster_.enter();
  auto result = answer();
  cluster_.notify();
  if (fault != LogFault::kNone) return unanswered;
  return result;
}

LogResult<std::vector<TopicDescription>> MemoryAdmin::describe_topics(std::span<const std::string> names) {
  return request([&]() -> LogResult<std::vector<TopicDescription>> {
    std::vector<TopicDescription> found;
    for (const std::string& name : names) {
      const MemoryTopic* topic = cluster_.topics.find(name);
      if (topic != nullptr) found.push_back({name, topic->spec.partitions});
    }
    return found;
  });
}

LogResult<void> MemoryAdmin::create_topics(std::span<const TopicSpec> topics) {
  return request([&]() -> LogResult<void> {
    for (const TopicSpec& topic : topics) {
      if (PACTOLUS_TRY(cluster_.topics.create(topic))) cluster_.groups.topic_created(topic.name);
    }
    return {};
  });
}

LogResult<std::map<std::string, std::string>> MemoryAdmin::topic_config(const std::string& name) {
  return request([&]() -> LogResult<std::map<std::string, std::string>> {
    const MemoryTopic* topic = cluster_.topics.find(name);
    if (topic == nullptr) return LogError{LogErrorKind::kFatal, "unknown topic: " + name};
    auto config = topic->spec.config;
    config.insert(default_config().begin(), default_config().end());
    return config;
  });
}

LogResult<std::vector<std::string>> MemoryAdmin::group_clients(const std::string& group) {
  return request(
      [&]() -> LogResult<std::vector<std::string>> { return cluster_.groups.group(group).clients(); });
}

LogResult<std::vector<PartitionPosition>> MemoryAdmin::offsets(std::span<const TopicPartition> partitions,
                                                               OffsetEdge edge, Isolation isolation) {
  return request([&]() -> LogResult<std::vector<PartitionPosition>> {
    std::vector<PartitionPosition> positions;
    for (const TopicPartition& partition : partitions) {
      const MemoryPartition& log = *PACTOLUS_TRY(cluster_.topics.partition(partition));
      positions.push_back({partition, offset_of(log, edge, isolation)});
    }
    return positions;
  });
}

std::unique_ptr<Deletion> MemoryAdmin::delete_records(std::span<const PartitionPosition> before) {
  return std::make_unique<DecidedDeletion>(request([&]() -> LogResult<void> {
    for (const auto& [partition, offset] : before) {
      MemoryPartition& log = *PACTOLUS_TRY(cluster_.topics.partition(partition));
      // Records that are gone already are no error, as on a broker.
      if (offset >= log.start()) PACTOLUS_TRY(check_within(log, partition, offset));
      log.delete_records(offset);
    }
    return {};
  }));
}

}  // namespace pactolus

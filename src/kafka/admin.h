#pragma once

#include <memory>

#include "kafka/handle.h"
#include "kafka/kafka_client.h"
#include "log/ports.h"

namespace pactolus {

/// Questions and changes over two consumers that read nothing: one sees read_committed offsets, one the logs'
/// real ends. Each connects when it is first needed. What has to know of no other brokers than those of the
/// moment gets a client of its own.
class KafkaAdmin final : public Admin {
 public:
  KafkaAdmin(KafkaSettings settings, std::shared_ptr<KafkaLogBridge> log)
      : settings_(std::move(settings)), log_(std::move(log)) {}

  LogResult<std::vector<TopicDescription>> describe_topics(std::span<const std::string> names) override;
  LogResult<void> create_topics(std::span<const TopicSpec> topics) override;
  LogResult<std::map<std::string, std::string>> topic_config(const std::string& topic) override;
  LogResult<std::vector<std::string>> group_clients(const std::string& group) override;
  LogResult<std::vector<PartitionPosition>> offsets(std::span<const TopicPartition> partitions,
                                                    OffsetEdge edge, Isolation isolation) override;
  std::unique_ptr<Deletion> delete_records(std::span<const PartitionPosition> before) override;

 private:
  LogResult<KafkaHandle*> handle(Isolation isolation);
  LogResult<std::optional<TopicDescription>> describe_topic(KafkaHandle& handle, const std::string& name,
                                                            Duration timeout);
  LogResult<void> create_missing(std::span<const TopicSpec> topics);
  LogResult<void> wait_described(std::span<const std::string> names);

  const KafkaSettings settings_;
  const std::shared_ptr<KafkaLogBridge> log_;
  int32_t brokers_ = 1;  // in the last answer
  std::shared_ptr<KafkaHandle> read_committed_;
  std::shared_ptr<KafkaHandle> read_uncommitted_;
};

}  // namespace pactolus

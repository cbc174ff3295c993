#pragma once

#include "log/memory_cluster.h"
#include "log/ports.h"

namespace pactolus {

/// Admin of a MemoryLog.
class MemoryAdmin final : public Admin {
 public:
  explicit MemoryAdmin(MemoryCluster& cluster) : cluster_(cluster) {}

  LogResult<std::vector<TopicDescription>> describe_topics(std::span<const std::string> names) override;
  LogResult<void> create_topics(std::span<const TopicSpec> topics) override;
  LogResult<std::map<std::string, std::string>> topic_config(const std::string& topic) override;
  LogResult<std::vector<std::string>> group_clients(const std::string& group) override;
  LogResult<std::vector<PartitionPosition>> offsets(std::span<const TopicPartition> partitions,
                                                    OffsetEdge edge, Isolation isolation) override;
  std::unique_ptr<Deletion> delete_records(std::span<const PartitionPosition> before) override;

 private:
  /// What `answer` says, called with the lock held; kRetry if a test disturbs the request.
  template <class Answer>
  auto request(Answer answer) -> decltype(answer());

  MemoryCluster& cluster_;
};

}  // namespace pactolus

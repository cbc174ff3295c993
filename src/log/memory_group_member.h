#pragma once

#include <string>
#include <vector>

#include "log/memory_cluster.h"
#include "log/memory_reader.h"
#include "log/ports.h"

namespace pactolus {

/// GroupMember of a MemoryLog. Its session lives by poll() alone. What it believes (its generation, its
/// partitions) may be stale until the next poll, as with a client of a real broker.
class MemoryGroupMember final : public GroupMember, private MemoryReader::Member {
 public:
  MemoryGroupMember(MemoryCluster& cluster, GroupMemberOptions options);

  LogResult<void> subscribe(std::span<const std::string> topics) override;
  LogResult<GroupEvent> poll() override;
  Reader& reader() override { return reader_; }
  LogResult<std::unique_ptr<GroupMetadata>> metadata() override;
  LogResult<std::vector<CommittedOffset>> committed(std::span<const TopicPartition> partitions,
                                                    Duration timeout) override;
  void close() override;

 private:
  enum class Holding : uint8_t { kNothing, kPartitions, kUntilRevoked, kUntilDropped };

  void assigned() override;
  bool event_due() override;

  const std::string& name() const;
  MemoryGroup& group() { return cluster_.groups.group(options_.group); }
  void join();
  LogResult<GroupEvent> poll_removed();

  MemoryCluster& cluster_;
  const GroupMemberOptions options_;
  std::vector<std::string> topics_;
  std::string member_id_;  // empty: never joined
  int32_t generation_ = -1;
  Holding holding_ = Holding::kNothing;
  bool closed_ = false;
  MemoryReader reader_;
};

}  // namespace pactolus

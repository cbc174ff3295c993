#pragma once

#include <map>
#include <string>
#include <vector>

#include "log/memory_partition.h"
#include "log/ports.h"

namespace pactolus {

struct MemoryTopic {
  TopicSpec spec;
  std::vector<MemoryPartition> partitions;
};

/// The topics of a MemoryLog. Guarded by the cluster's lock.
class MemoryTopics {
 public:
  /// Leaves an existing topic alone; true if it is new.
  LogResult<bool> create(const TopicSpec& spec);
  /// Null if there is no such topic.
  const MemoryTopic* find(const std::string& name) const;
  /// kFatal if there is no such partition.
  LogResult<MemoryPartition*> partition(const TopicPartition& partition);

 private:
  std::map<std::string, MemoryTopic> topics_;
};

/// kFatal, with the numbers, if `offset` is neither within the log nor at its end.
LogResult<void> check_within(const MemoryPartition& log, const TopicPartition& partition, Offset offset);

}  // namespace pactolus

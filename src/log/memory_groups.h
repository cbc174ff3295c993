#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "log/memory_group.h"

namespace pactolus {

/// All consumer groups of a MemoryLog. Guarded by the cluster's lock.
class MemoryGroups {
 public:
  explicit MemoryGroups(const MemoryTopics& topics) : topics_(topics) {}

  /// Makes the group if it does not exist.
  MemoryGroup& group(const std::string& name) { return groups_.try_emplace(name, topics_).first->second; }
  void topic_created(const std::string& topic) {
    for (auto& [name, group] : groups_) group.topic_created(topic);
  }
  /// Ends overdue sessions; returns when the next one is due.
  ProcessingTime expire(ProcessingTime now) {
    ProcessingTime due = ProcessingTime::max();
    for (auto& [name, group] : groups_) due = std::min(due, group.expire(now));
    return due;
  }

 private:
  const MemoryTopics& topics_;
  std::map<std::string, MemoryGroup> groups_;
};

}  // namespace pactolus

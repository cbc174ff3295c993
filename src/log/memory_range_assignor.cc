#include "log/memory_range_assignor.h"

namespace pactolus {

std::map<std::string, std::vector<TopicPartition>> assign_ranges(
    const std::map<std::string, std::vector<std::string>>& subscriptions, const MemoryTopics& topics) {
  std::map<std::string, std::vector<std::string>> subscribers;  // by topic, in the order of their keys
  for (const auto& [key, wanted] : subscriptions) {
    for (const std::string& topic : wanted) subscribers[topic].push_back(key);
  }
  std::map<std::string, std::vector<TopicPartition>> assignment;
  for (const auto& [name, keys] : subscribers) {
    const MemoryTopic* topic = topics.find(name);
    if (topic == nullptr) continue;
    size_t each = topic->partitions.size() / keys.size();
    size_t one_more = topic->partitions.size() % keys.size();
    size_t partition = 0;
    for (size_t i = 0; i < keys.size(); ++i) {
      size_t stop = partition + each + (i < one_more ? 1 : 0);
      for (; partition < stop; ++partition) {
        assignment[keys[i]].push_back({name, Partition{static_cast<int32_t>(partition)}});
      }
    }
  }
  return assignment;
}

}  // namespace pactolus

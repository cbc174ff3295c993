#pragma once

#include <map>
#include <string>
#include <vector>

#include "log/memory_topics.h"

namespace pactolus {

/// Kafka's RangeAssignor: for each topic by itself, its subscribers in the order of their keys get equal runs
/// of partitions, the first ones one more where they don't divide. `subscriptions`: topics by the member's
/// sorting key.
std::map<std::string, std::vector<TopicPartition>> assign_ranges(
    const std::map<std::string, std::vector<std::string>>& subscriptions, const MemoryTopics& topics);

}  // namespace pactolus

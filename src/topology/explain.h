#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "topology/plan.h"

namespace pactolus {

/// How many partitions topics have, as far as that is known.
using TopicPartitions = std::map<std::string, int32_t>;

/// What a plan comes to, for people, in 80 columns: its sub-topologies with their tasks, the topics that they
/// read, write and create, the steps with their state and delays, and every hop with the reason for it.
std::string explain(const Plan& plan, const TopicPartitions& partitions = {});

}  // namespace pactolus

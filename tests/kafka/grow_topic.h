#pragma once

#include <string>

namespace pactolus {

/// Gives a topic more partitions, as an operator might.
void grow_topic(const std::string& bootstrap, const std::string& topic, int partitions);

}  // namespace pactolus

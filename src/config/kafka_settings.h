#pragma once

#include <vector>

#include "config/field_value.h"

namespace pactolus {

/// Checks the settings that are handed to librdkafka: refuses those that exactly-once processing depends on
/// and Pactolus therefore sets itself, and warns of passwords that stand in the file. `node` is the map.
void check_kafka_settings(const Node& node, Diagnostics& diagnostics);

/// Makes secrets of all values that are passwords by their setting's name, however they came.
void hide_passwords(std::vector<Setting>& settings);

}  // namespace pactolus

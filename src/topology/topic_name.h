#pragma once

#include <string>
#include <string_view>

#include "config/document.h"

namespace pactolus {

/// Whether Kafka takes it as a topic's name: 1 to 249 of the characters A-Z a-z 0-9 . _ -, and not "." or
/// "..".
bool is_topic_name(std::string_view name);

/// Reports a name that Kafka would not take, at `node`, as that of `what`.
bool check_topic_name(const Node& node, std::string_view name, const std::string& what,
                      Diagnostics& diagnostics);

}  // namespace pactolus

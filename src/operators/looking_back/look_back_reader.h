#pragma once

#include <optional>
#include <vector>

#include "config/document.h"
#include "operators/looking_back/look_back.h"

namespace pactolus {

/// Reads `windows:` of a step that looks back; none: diagnostics say why.
std::optional<std::vector<LookBack>> read_look_backs(const Node& windows, Diagnostics& diagnostics);

/// "30d, without the row itself", for people.
std::string to_string(const LookBack& look_back);

}  // namespace pactolus

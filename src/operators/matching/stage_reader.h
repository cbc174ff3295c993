#pragma once

#include <optional>
#include <vector>

#include "config/document.h"
#include "config/names.h"

namespace pactolus {

/// A stage of `sequence:` as it is written.
struct WrittenStage {
  Name name;
  SourceText when;
  Node node;  // what stands behind its name
  bool absent = false;
  size_t at_least = 1;
  size_t at_most = 1;
};

/// Reads `sequence:` of a pattern; none: diagnostics say why. The first stage takes rows.
std::optional<std::vector<WrittenStage>> read_stages(const Node& sequence, bool consecutive,
                                                     Diagnostics& diagnostics);

}  // namespace pactolus

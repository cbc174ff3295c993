#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/map_reader.h"
#include "operators/windows/sessions.h"
#include "operators/windows/windows.h"

namespace pactolus {

/// The fields of `window:`, and of each of `windows:`.
const std::vector<FieldSpec>& window_fields();

/// Windows as they were written.
struct WrittenWindows {
  // One of these three.
  std::unique_ptr<const WindowKind> kind;
  std::optional<Sessions> sessions;
  std::optional<int64_t> rows;  // of a group, in each window
  std::string description;      // "hopping 1h every 5m"
};

/// Reads the windows of `reader`, which read `node` by window_fields(). None: diagnostics say why.
std::optional<WrittenWindows> read_windows(const MapReader& reader, const Node& node,
                                           Diagnostics& diagnostics);

}  // namespace pactolus

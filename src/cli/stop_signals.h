#pragma once

#include <optional>

#include "base/types.h"

namespace pactolus {

/// SIGTERM and SIGINT as something to wait for. From its construction on they interrupt nobody, in this
/// thread and in those started by it later: make it before any other thread. SIGPIPE is ignored from then on.
/// Threads: one.
class StopSignals {
 public:
  StopSignals();

  /// The signal that came within `timeout`, if any.
  std::optional<int> wait(std::chrono::milliseconds timeout);
};

}  // namespace pactolus

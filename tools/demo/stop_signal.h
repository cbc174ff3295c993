#pragma once

namespace pactolus::demo {

/// Ctrl-C and SIGTERM, to be asked for. Make it before the first thread. Threads: one.
class StopSignal {
 public:
  StopSignal();
  /// Takes a signal that has come since the last call.
  bool take();
};

}  // namespace pactolus::demo

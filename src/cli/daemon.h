#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "base/logger.h"
#include "cli/stop_signals.h"
#include "runtime/application.h"

namespace pactolus {

/// Runs applications, each on a thread of its own, until a signal asks to stop or one of them cannot go on;
/// then all stop: finish their batch, commit, close. A second signal, or more than kStopTimeMax, ends the
/// process at once, which costs nothing but the time to restore. Threads: run() on the owner's.
class Daemon {
 public:
  static constexpr std::chrono::seconds kStopTimeMax{25};

  Daemon(std::vector<std::unique_ptr<Application>> applications, StopSignals& signals, Logger& logger);

  /// The process's exit status: fine after a signal; configuration if an application failed before it had
  /// committed anything; else findings.
  int run();

 private:
  void start();
  void on_signal(int signal);
  void stop_all();
  void run_one(Application& application);
  void log_lines(std::string_view text);

  // Fixed after construction.
  std::vector<std::unique_ptr<Application>> applications_;
  StopSignals& signals_;
  Logger& logger_;

  // Of the owner's thread.
  std::vector<std::thread> threads_;
  std::optional<int> stopped_by_;  // the signal
  std::optional<std::chrono::steady_clock::time_point> deadline_;

  // Shared with the applications' threads.
  std::atomic<size_t> ended_{0};
  std::atomic<int> status_{0};
};

}  // namespace pactolus

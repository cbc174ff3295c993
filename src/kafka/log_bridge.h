#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/logger.h"

namespace pactolus {

/// Brings librdkafka's log to ours. What repeats is dropped for a while and counted: librdkafka tells the
/// same trouble once per broker, instance and attempt. Shared by all instances of one client. Threads: any.
class KafkaLogBridge {
 public:
  explicit KafkaLogBridge(std::shared_ptr<Logger> logger) : logger_(std::move(logger)) {}

  /// A line of librdkafka's: `severity` is syslog's, `facility` its short name of the kind of line.
  void line(std::string_view client, int severity, std::string_view facility, std::string_view text);
  Logger& logger() { return *logger_; }

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Recent {
    Instant told;
    uint64_t dropped = 0;
  };
  /// How many like it were dropped before, or nothing if this one is to be dropped too.
  std::optional<uint64_t> admit(std::string key);

  const std::shared_ptr<Logger> logger_;
  std::mutex mutex_;
  std::map<std::string, Recent> recent_;  // guarded by mutex_
};

}  // namespace pactolus

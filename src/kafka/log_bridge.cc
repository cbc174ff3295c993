#include "kafka/log_bridge.h"

#include <syslog.h>

#include <utility>

namespace pactolus {

namespace {

constexpr std::chrono::seconds kSilence{30};

LogLevel level_of(int severity) {
  if (severity <= LOG_CRIT) return LogLevel::kError;
  // Errors of librdkafka's are mostly connections that it makes again; what matters reaches the caller as a
  // result.
  if (severity <= LOG_WARNING) return LogLevel::kWarn;
  if (severity <= LOG_INFO) return LogLevel::kInfo;
  return LogLevel::kDebug;
}

}  // namespace

void KafkaLogBridge::line(std::string_view client, int severity, std::string_view facility,
                          std::string_view text) {
  const auto level = level_of(severity);
  if (!logger_->enabled(level)) return;
  // Debug lines are asked for, all of them.
  if (level == LogLevel::kDebug) return logger_->debug("kafka {}: {}: {}", client, facility, text);
  const auto dropped = admit(std::string{client} + '/' + std::string{facility});
  if (!dropped) return;
  if (*dropped == 0) {
    logger_->write(level, fmt::format("kafka {}: {}", client, text));
  } else {
    logger_->write(level,
                   fmt::format("kafka {}: {} ({} lines like it were dropped)", client, text, *dropped));
  }
}

std::optional<uint64_t> KafkaLogBridge::admit(std::string key) {
  const Instant now = std::chrono::steady_clock::now();
  std::lock_guard lock{mutex_};
  auto [entry, is_new] = recent_.try_emplace(std::move(key));
  Recent& recent = entry->second;
  if (!is_new && now - recent.told < kSilence) {
    ++recent.dropped;
    return std::nullopt;
  }
  recent.told = now;
  return std::exchange(recent.dropped, 0);
}

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/logger.h"
#include "base/types.h"
#include "config/document.h"
#include "config/environment.h"
#include "config/field_value.h"

namespace pactolus {

/// How results reach their readers; state is exact either way.
enum class Delivery : uint8_t { kExactlyOnce, kAtLeastOnce };

/// Where a server listens: `127.0.0.1:8085`, `[::1]:8085`.
struct ListenAddress {
  std::string host;
  uint16_t port = 0;
};
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// The daemon's own settings, config/pactolus.yaml, complete with defaults. A value.
struct DaemonSettings {
  struct State {
    std::string folder;
    int64_t memory_bytes = 0;
  };
  struct InternalTopics {
    int16_t replication = 0;
    std::string prefix;
  };
  struct DeadLetters {
    std::string topic;  // `{topology}` stands for the topology's name
    std::string topic_of(std::string_view topology) const;
  };
  struct Log {
    std::string level;
    LogFormat format = LogFormat::kText;
  };

  std::vector<Setting> kafka;  // for librdkafka, in the file's order; what Pactolus owns was refused
  Delivery delivery = Delivery::kExactlyOnce;
  Duration commit_interval{};
  int32_t workers = 0;
  std::string instance;
  State state;
  InternalTopics internal_topics;
  DeadLetters dead_letters;
  ListenAddress http;
  Log log;
};

/// The declared fields, for documentation and the editor's schema.
std::span<const FieldSpec> daemon_settings_fields();

/// Reads the settings. Nothing if anything is wrong; all findings are reported. `host_name` is the default
/// instance.
std::optional<DaemonSettings> read_daemon_settings(const Document& document, const Environment& environment,
                                                   const std::string& host_name, Diagnostics& diagnostics);

/// This machine's name, as far as it can stand in a Kafka client's id.
std::string host_name();

}  // namespace pactolus

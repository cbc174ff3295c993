#pragma once

/// The adapter's whole public face: the ports of log/ports.h over a real Kafka cluster, through librdkafka.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/logger.h"
#include "base/result.h"
#include "base/types.h"
#include "log/ports.h"

namespace pactolus {

/// How to reach the cluster.
struct KafkaSettings {
  /// librdkafka's own properties, the `kafka:` section as it stands. Some are Pactolus's to set and refused.
  std::vector<std::pair<std::string, std::string>> librdkafka;
  /// The longest that one call of a port may take; a transactional one that takes longer is in doubt.
  Duration call_timeout = std::chrono::seconds{10};
};

/// "librdkafka 2.0.2": the library that is loaded, which need not be the one that was built with.
std::string librdkafka_version();

/// What is wrong with one property. Never contains its value: it may be a secret.
struct KafkaSettingProblem {
  std::string property;
  std::string message;
};

/// All that is wrong with the settings, in their order; what is missing stands last. Talks to no broker.
std::vector<KafkaSettingProblem> check_kafka_settings(const KafkaSettings& settings);

/// A client of the cluster. Talks to no broker yet: what can't be reached shows when a port is used. An error
/// names every problem that check_kafka_settings finds.
Result<std::unique_ptr<LogClient>> make_kafka_client(KafkaSettings settings, std::shared_ptr<Logger> logger);

}  // namespace pactolus

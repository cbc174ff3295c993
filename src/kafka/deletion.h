#pragma once

#include <future>
#include <memory>
#include <optional>
#include <span>

#include "kafka/kafka_client.h"
#include "kafka/log_bridge.h"
#include "log/ports.h"

namespace pactolus {

/// A DeleteRecords request, in a thread and with a client of its own. librdkafka 2.0.2 looks the leaders up
/// in its metadata cache; while one is missing there it goes on both in the calling thread and, as metadata
/// comes, in its own, and they trample on each other. It also asks a leader that it once knew, dead or not. A
/// new client has asked for the leaders a moment ago, and nothing else comes to it. Threads: any one.
class KafkaDeletion final : public Deletion {
 public:
  /// Begins it. It takes at most `settings.call_timeout`, also when nobody waits for it any more.
  KafkaDeletion(KafkaSettings settings, std::shared_ptr<KafkaLogBridge> log,
                std::span<const PartitionPosition> before);
  std::optional<LogResult<void>> outcome() override;

 private:
  std::future<LogResult<void>> outcome_;
};

}  // namespace pactolus

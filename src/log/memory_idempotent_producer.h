#pragma once

#include <optional>
#include <string>

#include "log/memory_cluster.h"
#include "log/ports.h"

namespace pactolus {

/// IdempotentProducer of a MemoryLog. Records are in the log when produce() returns; a disturbed request is
/// told by the next call, as delivery reports are.
class MemoryIdempotentProducer final : public IdempotentProducer {
 public:
  MemoryIdempotentProducer(MemoryCluster& cluster, std::string client_id)
      : cluster_(cluster), client_id_(std::move(client_id)) {}

  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records) override;
  LogResult<void> flush() override;

 private:
  LogResult<void> check_alive();
  LogError failed(LogError error);

  MemoryCluster& cluster_;
  const std::string client_id_;
  std::optional<std::string> undelivered_;  // not told yet
  bool dead_ = false;
};

}  // namespace pactolus

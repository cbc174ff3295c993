#pragma once

#include "log/memory_cluster.h"
#include "log/ports.h"

namespace pactolus {

/// TransactionalProducer of a MemoryLog. Destroyed with an open transaction it leaves it to the coordinator,
/// as a crash does.
class MemoryProducer final : public TransactionalProducer {
 public:
  MemoryProducer(MemoryCluster& cluster, TransactionalProducerOptions options);

  LogResult<void> init() override;
  LogResult<void> begin() override;
  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records) override;
  LogResult<void> send_offsets(std::span<const OffsetCommit> offsets, const GroupMetadata& member) override;
  LogResult<TransactionReceipt> commit() override;
  LogResult<void> abort() override;

 private:
  enum class State : uint8_t { kNew, kReady, kOpen, kAbortOnly, kDead };

  /// An error unless a call of this name may be made in an open transaction.
  LogResult<void> check_open(const char* call) const;
  LogResult<TransactionReceipt> end(LogRequest request, TransactionEnd how);
  /// Notes what an error means for this object, and passes it on.
  LogError failed(LogError error);
  LogError doubt(const char* call);

  MemoryCluster& cluster_;
  const TransactionalProducerOptions options_;
  MemoryProducerIdentity identity_;
  State state_ = State::kNew;
};

}  // namespace pactolus

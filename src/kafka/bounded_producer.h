#pragma once

#include <memory>
#include <string>

#include "base/types.h"
#include "log/ports.h"

namespace pactolus {

/// Bounds send_offsets of a librdkafka producer, the one call whose time-out librdkafka (2.0.2, and later
/// ones: its issue 5456) doesn't keep: it waits for ever while the group's coordinator is away. A call that
/// is over its time is left to a thread of its own, with the producer, which is destroyed when the call
/// returns; here it is kDoubt. A next producer of the same id bumps the epoch, so that nothing of the one
/// left behind counts.
///
/// Owned by a worker, whose thread calls everything.
class BoundedProducer final : public TransactionalProducer {
 public:
  /// `call_timeout`: what `producer` is held to by itself; it is given a little more.
  BoundedProducer(std::unique_ptr<TransactionalProducer> producer, std::string id, Duration call_timeout);

  LogResult<void> init() override;
  LogResult<void> begin() override;
  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records) override;
  LogResult<void> send_offsets(std::span<const OffsetCommit> offsets, const GroupMetadata& member) override;
  LogResult<TransactionReceipt> commit() override;
  LogResult<void> abort() override;

 private:
  /// The producer; an error once it was left behind.
  LogResult<TransactionalProducer*> producer() const;

  std::shared_ptr<TransactionalProducer> producer_;  // shared with the thread of the call under way
  const std::string id_;
  const Duration patience_;
};

}  // namespace pactolus

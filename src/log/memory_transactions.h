#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "log/memory_groups.h"
#include "log/memory_partition.h"
#include "log/memory_topics.h"
#include "log/ports.h"

namespace pactolus {

/// A producer as it shows itself to the coordinator: only the newest epoch of an id is heard.
struct MemoryProducerIdentity {
  std::string transactional_id;
  int32_t epoch = 0;
};

/// Who sends offsets: the coordinator of the group refuses a stale generation or an unknown member.
struct MemoryGroupMetadata final : GroupMetadata {
  int32_t generation() const override { return generation_id; }

  std::string group;
  std::string member_id;
  int32_t generation_id = -1;
};

enum class TransactionEnd : uint8_t { kCommit, kAbort };

/// The transaction coordinator: epochs, fencing, open transactions and their time-outs. A transaction opens
/// with its first record or offset, as on a broker; begin() is the producer's own affair. Guarded by the
/// cluster's lock.
class MemoryTransactions {
 public:
  MemoryTransactions(MemoryTopics& topics, MemoryGroups& groups) : topics_(topics), groups_(groups) {}

  /// Fences older producers of the id, aborts what they left open, and returns the new epoch.
  int32_t init(const std::string& transactional_id, Duration timeout);
  LogResult<void> produce(const MemoryProducerIdentity& producer, const TopicPartition& partition,
                          std::span<const OutgoingRecord> records, ProcessingTime now);
  LogResult<void> send_offsets(const MemoryProducerIdentity& producer, std::span<const OffsetCommit> offsets,
                               const MemoryGroupMetadata& member, ProcessingTime now);
  LogResult<TransactionReceipt> end(const MemoryProducerIdentity& producer, TransactionEnd how);

  /// Keeps the end of a transaction on its way until deliver_late().
  void delay(const MemoryProducerIdentity& producer, TransactionEnd how) { late_.push_back({producer, how}); }
  void deliver_late();

  /// Whether an open transaction carries an offset of this partition for the group.
  bool holds(const std::string& group, const TopicPartition& partition) const;
  /// Aborts overdue transactions and fences their producers; returns when the next one is due.
  ProcessingTime expire(ProcessingTime now);

 private:
  struct Transaction {
    TransactionNumber number{};
    ProcessingTime opened;
    TransactionReceipt receipt;
    std::map<std::string, std::map<TopicPartition, OffsetCommit>> offsets;  // by group
  };
  struct Producer {
    int32_t epoch = -1;
    Duration timeout{};
    std::optional<Transaction> open;
  };
  struct LateEnd {
    MemoryProducerIdentity producer;
    TransactionEnd how;
  };

  LogResult<Producer*> check_newest(const MemoryProducerIdentity& identity);
  Transaction& transaction_of(Producer& producer, ProcessingTime now);
  TransactionReceipt close(Producer& producer, TransactionEnd how);

  MemoryTopics& topics_;
  MemoryGroups& groups_;
  std::map<std::string, Producer> producers_;  // by transactional id
  uint64_t transactions_ever_ = 0;
  std::vector<LateEnd> late_;
};

}  // namespace pactolus

#include "log/memory_transactions.h"

#include <algorithm>
#include <utility>

namespace pactolus {

int32_t MemoryTransactions::init(const std::string& transactional_id, Duration timeout) {
  Producer& producer = producers_[transactional_id];
  close(producer, TransactionEnd::kAbort);
  producer.timeout = timeout;
  return ++producer.epoch;
}

LogResult<void> MemoryTransactions::produce(const MemoryProducerIdentity& identity,
                                            const TopicPartition& partition,
                                            std::span<const OutgoingRecord> records, ProcessingTime now) {
  Producer& producer = *PACTOLUS_TRY(check_newest(identity));
  MemoryPartition& log = *PACTOLUS_TRY(topics_.partition(partition));
  if (records.empty()) return {};
  Transaction& transaction = transaction_of(producer, now);
  transaction.receipt[partition] = log.append(records, transaction.number);
  return {};
}

LogResult<void> MemoryTransactions::send_offsets(const MemoryProducerIdentity& identity,
                                                 std::span<const OffsetCommit> offsets,
                                                 const MemoryGroupMetadata& member, ProcessingTime now) {
  Producer& producer = *PACTOLUS_TRY(check_newest(identity));
  Transaction& transaction = transaction_of(producer, now);
  MemoryGroup& group = groups_.group(member.group);
  if (!group.has_member(member.member_id)) {
    return LogError{LogErrorKind::kRebalanced,
                    "group " + member.group + " has no member " + member.member_id};
  }
  if (member.generation_id != group.generation()) {
    return LogError{LogErrorKind::kRebalanced, "group " + member.group + " moved on: generation " +
                                                   std::to_string(member.generation_id) + " is now " +
                                                   std::to_string(group.generation())};
  }
  for (const OffsetCommit& offset : offsets) transaction.offsets[member.group][offset.partition] = offset;
  return {};
}

LogResult<TransactionReceipt> MemoryTransactions::end(const MemoryProducerIdentity& identity,
                                                      TransactionEnd how) {
  Producer& producer = *PACTOLUS_TRY(check_newest(identity));
  return close(producer, how);
}

void MemoryTransactions::deliver_late() {
  for (const LateEnd& late : std::exchange(late_, {})) {
    // A fenced one has no effect, and nobody waits for the answer.
    if (auto producer = check_newest(late.producer); producer.ok()) close(**producer, late.how);
  }
}

bool MemoryTransactions::holds(const std::string& group, const TopicPartition& partition) const {
  return std::ranges::any_of(producers_, [&](const auto& entry) {
    const auto& open = entry.second.open;
    if (!open) return false;
    auto offsets = open->offsets.find(group);
    return offsets != open->offsets.end() && offsets->second.contains(partition);
  });
}

ProcessingTime MemoryTransactions::expire(ProcessingTime now) {
  ProcessingTime next_due = ProcessingTime::max();
  for (auto& [id, producer] : producers_) {
    if (!producer.open) continue;
    ProcessingTime overdue = producer.open->opened + producer.timeout;
    if (overdue <= now) {
      close(producer, TransactionEnd::kAbort);
      ++producer.epoch;
    } else {
      next_due = std::min(next_due, overdue);
    }
  }
  return next_due;
}

LogResult<MemoryTransactions::Producer*> MemoryTransactions::check_newest(
    const MemoryProducerIdentity& identity) {
  Producer& producer = producers_[identity.transactional_id];
  if (producer.epoch == identity.epoch) return &producer;
  return LogError{LogErrorKind::kFenced, "producer " + identity.transactional_id +
                                             " was replaced, or its transaction timed out: epoch " +
                                             std::to_string(identity.epoch) + " is now " +
                                             std::to_string(producer.epoch)};
}

MemoryTransactions::Transaction& MemoryTransactions::transaction_of(Producer& producer, ProcessingTime now) {
  if (!producer.open) {
    producer.open.emplace();
    producer.open->number = TransactionNumber{++transactions_ever_};
    producer.open->opened = now;
  }
  return *producer.open;
}

TransactionReceipt MemoryTransactions::close(Producer& producer, TransactionEnd how) {
  if (!producer.open) return {};
  Transaction transaction = *std::exchange(producer.open, std::nullopt);
  const bool committed = how == TransactionEnd::kCommit;
  for (const auto& [partition, end] : transaction.receipt) {
    topics_.partition(partition).value()->end_transaction(transaction.number, committed);
  }
  if (!committed) return {};
  for (const auto& [name, offsets] : transaction.offsets) {
    for (const auto& [partition, offset] : offsets) groups_.group(name).store(offset);
  }
  return std::move(transaction.receipt);
}

}  // namespace pactolus

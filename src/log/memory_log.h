#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "log/memory_fault.h"
#include "log/owned_record.h"
#include "log/ports.h"

namespace pactolus {

class MemoryCluster;

/// Whether calls of the ports with a timeout wait for other threads, in real time. kNever is for one thread
/// under a ManualClock (nothing could change while it waits): such a call says at once what it would say
/// after its timeout.
enum class MemoryWaits : uint8_t { kForOtherThreads, kNever };

/// One cluster in this process, with real transactions: isolation, fencing, aborted ranges, control markers
/// that take up offsets, group generations, static members, time-outs. For tests, seeded simulation,
/// `pactolus test`, replay, and running without a broker. It has no threads and no time of its own: what is
/// overdue by the clock happens within the next call. Markers stand in the log when commit() returns; a
/// broker may take a moment longer.
///
/// Outlives its clients (MemoryLogClient) and all ports made by them, not the batches fetched. Threads: any.
class MemoryLog {
 public:
  explicit MemoryLog(const Clock& clock, MemoryWaits waits = MemoryWaits::kForOtherThreads);
  ~MemoryLog();
  MemoryLog(const MemoryLog&) = delete;
  MemoryLog& operator=(const MemoryLog&) = delete;

  /// Plain records, outside any transaction, into a partition that exists. Returns the offset of the first
  /// one.
  Offset append(const TopicPartition& partition, const OutgoingRecord& record);
  Offset append(const TopicPartition& partition, std::span<const OutgoingRecord> records);
  /// Everything that a reader of this isolation may see of a partition that exists.
  std::vector<OwnedRecord> read(const TopicPartition& partition, Isolation isolation) const;
  /// Leaves an existing topic alone. The specification must be valid.
  void create_topic(const TopicSpec& topic);

  /// Does what is overdue by the clock: aborts and fences transactions, removes members.
  void tick();
  /// Lets a test disturb requests. Call it before any client is in use.
  void on_request(LogFaultHook hook);
  /// Lets the commits and aborts arrive that were held back by LogFault::kLate.
  void deliver_late();

  /// For the ports of this log only.
  MemoryCluster& cluster() { return *cluster_; }

 private:
  std::unique_ptr<MemoryCluster> cluster_;
};

/// Connects to a MemoryLog, which it borrows. Threads: any.
class MemoryLogClient final : public LogClient {
 public:
  explicit MemoryLogClient(MemoryLog& log) : cluster_(log.cluster()) {}

  LogResult<std::unique_ptr<GroupMember>> group_member(const GroupMemberOptions& options) override;
  LogResult<std::unique_ptr<Reader>> reader(Isolation isolation, const std::string& client_id) override;
  LogResult<std::unique_ptr<TransactionalProducer>> producer(
      const TransactionalProducerOptions& options) override;
  LogResult<std::unique_ptr<IdempotentProducer>> idempotent_producer(const std::string& client_id) override;
  LogResult<std::unique_ptr<Admin>> admin() override;

 private:
  MemoryCluster& cluster_;
};

}  // namespace pactolus

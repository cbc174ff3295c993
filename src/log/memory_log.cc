#include "log/memory_log.h"

#include "log/memory_admin.h"
#include "log/memory_cluster.h"
#include "log/memory_group_member.h"
#include "log/memory_idempotent_producer.h"
#include "log/memory_producer.h"
#include "log/memory_reader.h"

namespace pactolus {

MemoryLog::MemoryLog(const Clock& clock, MemoryWaits waits)
    : cluster_(std::make_unique<MemoryCluster>(clock, waits)) {}
MemoryLog::~MemoryLog() = default;

Offset MemoryLog::append(const TopicPartition& partition, const OutgoingRecord& record) {
  return append(partition, std::span{&record, 1});
}

Offset MemoryLog::append(const TopicPartition& partition, std::span<const OutgoingRecord> records) {
  auto lock = cluster_->enter();
  MemoryPartition& log = *cluster_->topics.partition(partition).value();
  Offset first = log.end(Isolation::kReadUncommitted);
  log.append(records, TransactionNumber::kNone);
  cluster_->notify();
  return first;
}

std::vector<OwnedRecord> MemoryLog::read(const TopicPartition& partition, Isolation isolation) const {
  constexpr size_t kBatch = 4096;
  auto lock = cluster_->enter();
  const MemoryPartition& log = *cluster_->topics.partition(partition).value();
  std::vector<OwnedRecord> records;
  MemoryPartition::Fetch fetch{{}, log.start()};
  do {
    fetch = log.fetch(fetch.next, kBatch, isolation);
    for (const RecordView& record : fetch.batch.records) records.push_back(copy_of(record));
  } while (!fetch.batch.end_of_partition);
  return records;
}

void MemoryLog::create_topic(const TopicSpec& topic) {
  auto lock = cluster_->enter();
  if (cluster_->topics.create(topic).value()) cluster_->groups.topic_created(topic.name);
  cluster_->notify();
}

void MemoryLog::tick() { (void)cluster_->enter(); }

void MemoryLog::on_request(LogFaultHook hook) { cluster_->set_faults(std::move(hook)); }

void MemoryLog::deliver_late() {
  auto lock = cluster_->enter();
  cluster_->transactions.deliver_late();
  cluster_->notify();
}

LogResult<std::unique_ptr<GroupMember>> MemoryLogClient::group_member(const GroupMemberOptions& options) {
  return std::unique_ptr<GroupMember>{std::make_unique<MemoryGroupMember>(cluster_, options)};
}

LogResult<std::unique_ptr<Reader>> MemoryLogClient::reader(Isolation isolation,
                                                           const std::string& client_id) {
  return std::unique_ptr<Reader>{std::make_unique<MemoryReader>(cluster_, isolation, client_id)};
}

LogResult<std::unique_ptr<TransactionalProducer>> MemoryLogClient::producer(
    const TransactionalProducerOptions& options) {
  return std::unique_ptr<TransactionalProducer>{std::make_unique<MemoryProducer>(cluster_, options)};
}

LogResult<std::unique_ptr<IdempotentProducer>> MemoryLogClient::idempotent_producer(
    const std::string& client_id) {
  return std::unique_ptr<IdempotentProducer>{std::make_unique<MemoryIdempotentProducer>(cluster_, client_id)};
}

LogResult<std::unique_ptr<Admin>> MemoryLogClient::admin() {
  return std::unique_ptr<Admin>{std::make_unique<MemoryAdmin>(cluster_)};
}

}  // namespace pactolus

#pragma once

#include <string>

#include "conformance/log_conformance.h"
#include "log/memory_log.h"

namespace pactolus {

using conformance::awaited;
using conformance::kind_of;
using conformance::ok;
using conformance::record;
using conformance::values_of;

/// A MemoryLog under a clock that stands still, for one thread, with one topic "t".
struct TestLog {
  explicit TestLog(int32_t partitions = 1) { log.create_topic({"t", partitions, 1, {}}); }

  std::unique_ptr<GroupMember> member(const std::string& instance_id) {
    return ok(client.group_member({"group", instance_id, "client-" + instance_id, std::chrono::seconds{10}}));
  }
  /// After init().
  std::unique_ptr<TransactionalProducer> producer(const std::string& transactional_id) {
    auto producer = ok(client.producer({transactional_id, transactional_id, std::chrono::seconds{10}}));
    ok(producer->init());
    return producer;
  }
  std::vector<std::string> committed_values() {
    return values_of(log.read(partition, Isolation::kReadCommitted));
  }
  std::vector<std::string> all_values() {
    return values_of(log.read(partition, Isolation::kReadUncommitted));
  }

  const TopicPartition partition{"t", Partition{0}};
  ManualClock clock{ProcessingTime{1'700'000'000'000'000}};
  MemoryLog log{clock, MemoryWaits::kNever};
  MemoryLogClient client{log};
};

inline LogResult<void> produce(TransactionalProducer& producer, const TopicPartition& partition,
                               std::string_view value) {
  const OutgoingRecord one = record("key", value);
  return producer.produce(partition, std::span{&one, 1});
}

inline LogResult<void> send_offset(TransactionalProducer& producer, GroupMember& member,
                                   const TopicPartition& partition, int64_t offset) {
  const OffsetCommit commit{partition, Offset{offset}, "tag"};
  return producer.send_offsets(std::span{&commit, 1}, *ok(member.metadata()));
}

}  // namespace pactolus

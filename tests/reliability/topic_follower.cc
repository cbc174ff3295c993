#include "reliability/topic_follower.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "reliability/ok.h"

namespace pactolus::testing {

TopicFollower::TopicFollower(LogClient& client, std::string topic, int32_t partitions)
    : topic_(std::move(topic)),
      admin_(ok(client.admin())),
      reader_(ok(client.reader(Isolation::kReadCommitted, topic_ + "-auditor"))),
      next_(partitions),
      records_(partitions) {}

void TopicFollower::read() {
  for (int32_t partition = 0; partition < static_cast<int32_t>(records_.size()); ++partition)
    read_partition(partition);
}

void TopicFollower::read_partition(int32_t number) {
  const TopicPartition partition{topic_, Partition{number}};
  auto edge = [&](OffsetEdge of) {
    return patiently([&] {
             return admin_->offsets({&partition, 1}, of, Isolation::kReadCommitted);
           })
        .front()
        .offset;
  };
  std::optional<Offset>& next_offset = next_[number];
  if (!next_offset) next_offset = edge(OffsetEdge::kStart);
  const Offset end = edge(OffsetEdge::kEnd);
  if (*next_offset >= end) return;
  const PartitionPosition from{partition, *next_offset};
  ok(reader_->assign({&from, 1}));
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (*next_offset < end) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    auto batch = reader_->fetch(partition, 1000);
    if (!batch && batch.error().kind == LogErrorKind::kRetry) continue;
    auto read = ok(std::move(batch));
    for (const RecordView& record : read.records) {
      records_[number].push_back(copy_of(record));
      next_offset = next(record.offset);
    }
    if (read.end_of_partition) next_offset = std::max(*next_offset, *read.end_of_partition);
    if (*next_offset < end) reader_->wait(std::chrono::milliseconds{20});
  }
}

size_t TopicFollower::size() const {
  size_t total = 0;
  for (const auto& records : records_) total += records.size();
  return total;
}

std::vector<std::string> TopicFollower::values() const {
  std::vector<std::string> values;
  for (const auto& records : records_) {
    for (const OwnedRecord& record : records) values.push_back(record.value.value_or("(tombstone)"));
  }
  return values;
}

}  // namespace pactolus::testing

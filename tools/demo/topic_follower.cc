#include "topic_follower.h"

#include <algorithm>

#include "patience.h"

namespace pactolus::demo {

namespace {

constexpr size_t kFetchRecordsMax = 2000;

}  // namespace

Result<std::unique_ptr<TopicFollower>> TopicFollower::open(LogClient& client,
                                                           std::span<const std::string> topics) {
  auto admin = PACTOLUS_TRY(with_patience([&] { return client.admin(); }));
  auto reader = PACTOLUS_TRY(
      with_patience([&] { return client.reader(Isolation::kReadCommitted, "pactolus-demo-reader"); }));
  std::vector<TopicPartition> partitions;
  for (const TopicDescription& topic :
       PACTOLUS_TRY(with_patience([&] { return admin->describe_topics(topics); }))) {
    for (int32_t i = 0; i < topic.partitions; ++i) partitions.push_back({topic.name, Partition{i}});
  }
  const auto starts = PACTOLUS_TRY(with_patience(
      [&] { return admin->offsets(partitions, OffsetEdge::kStart, Isolation::kReadCommitted); }));
  for (const PartitionPosition& start : starts) {
    if (start.offset == Offset{0}) continue;
    return Error{"the first records of " + to_string(start.partition) +
                 " are deleted already, so results can't be checked: delete the demo's topics (" +
                 topics.front() + ", …), or take another cluster"};
  }
  PACTOLUS_TRY(with_patience([&] { return reader->assign(starts); }));
  return std::unique_ptr<TopicFollower>{
      new TopicFollower(std::move(admin), std::move(reader), std::move(partitions))};
}

TopicFollower::TopicFollower(std::unique_ptr<Admin> admin, std::unique_ptr<Reader> reader,
                             std::vector<TopicPartition> partitions)
    : admin_(std::move(admin)), reader_(std::move(reader)), partitions_(std::move(partitions)) {}

Result<void> TopicFollower::poll(const OnRecord& on_record) {
  for (const TopicPartition& partition : partitions_) {
    auto fetched = reader_->fetch(partition, kFetchRecordsMax);
    if (!fetched.ok()) {
      // Kafka may come back; whoever waits for records has a time limit.
      if (fetched.error().kind == LogErrorKind::kRetry) continue;
      return Error{std::move(fetched).error().message};
    }
    for (const RecordView& record : fetched->records) {
      on_record(partition, record);
      positions_[partition] = next(record.offset);
    }
    if (fetched->end_of_partition) {
      positions_[partition] = std::max(positions_[partition], *fetched->end_of_partition);
    }
  }
  return {};
}

Result<void> TopicFollower::note_ends() {
  const auto ends = PACTOLUS_TRY(with_patience(
      [&] { return admin_->offsets(partitions_, OffsetEdge::kEnd, Isolation::kReadCommitted); }));
  for (const PartitionPosition& end : ends) ends_[end.partition] = end.offset;
  return {};
}

bool TopicFollower::has_reached_ends() const {
  return std::ranges::all_of(ends_, [&](const auto& end) {
    const auto position = positions_.find(end.first);
    return end.second == Offset{0} || (position != positions_.end() && position->second >= end.second);
  });
}

}  // namespace pactolus::demo

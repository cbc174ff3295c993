#include "topic_follower.h"

#include <algorithm>

namespace pactolus::demo {

namespace {

constexpr size_t kFetchRecordsMax = 2000;

template <class T>
Result<T> plain(LogResult<T> result) {
  if (!result.ok()) return Error{std::move(result).error().message};
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(result).value();
  }
}

}  // namespace

Result<std::unique_ptr<TopicFollower>> TopicFollower::open(LogClient& client,
                                                           std::span<const std::string> topics) {
  auto admin = PACTOLUS_TRY(plain(client.admin()));
  auto reader = PACTOLUS_TRY(plain(client.reader(Isolation::kReadCommitted, "pactolus-demo-reader")));
  std::vector<TopicPartition> partitions;
  for (const TopicDescription& topic : PACTOLUS_TRY(plain(admin->describe_topics(topics)))) {
    for (int32_t i = 0; i < topic.partitions; ++i) partitions.push_back({topic.name, Partition{i}});
  }
  const auto starts =
      PACTOLUS_TRY(plain(admin->offsets(partitions, OffsetEdge::kStart, Isolation::kReadCommitted)));
  for (const PartitionPosition& start : starts) {
    if (start.offset == Offset{0}) continue;
    return Error{"the first records of " + to_string(start.partition) +
                 " are deleted already, so results can't be checked: delete the demo's topics (" +
                 topics.front() + ", …), or take another cluster"};
  }
  PACTOLUS_TRY(plain(reader->assign(starts)));
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
  const auto ends =
      PACTOLUS_TRY(plain(admin_->offsets(partitions_, OffsetEdge::kEnd, Isolation::kReadCommitted)));
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

#include "demo_topics.h"

#include <algorithm>

#include "patience.h"
#include "trade_producer.h"

namespace pactolus::demo {

namespace {

constexpr Duration kFirstRecordTimeout = std::chrono::seconds{10};

bool is_from_demo(const RecordView& record) {
  return std::ranges::any_of(record.headers.get(),
                             [](const HeaderView& header) { return header.name == kDemoHeader; });
}

/// The first record of a partition that has one may take some fetches to come.
LogResult<bool> first_is_from_demo(Reader& reader, const PartitionPosition& start) {
  PACTOLUS_TRY(reader.assign(std::span{&start, 1}));
  const auto deadline = std::chrono::steady_clock::now() + kFirstRecordTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    const FetchedBatch batch = PACTOLUS_TRY(reader.fetch(start.partition, 1));
    if (!batch.records.empty()) return is_from_demo(batch.records.front());
    if (batch.end_of_partition) return true;
    reader.wait(std::chrono::milliseconds{100});
  }
  return LogError{LogErrorKind::kRetry, "no record came from " + to_string(start.partition)};
}

LogResult<void> make_topics(Admin& admin, const Options& options) {
  std::vector<TopicSpec> specs;
  for (const std::string& name : demo_topics()) {
    // The check needs every change, so nothing is compacted.
    specs.push_back({name, options.partitions, options.replication, {{"cleanup.policy", "delete"}}});
  }
  return admin.create_topics(specs);
}

LogResult<bool> trades_are_from_demo(LogClient& client, Admin& admin) {
  const auto topics = PACTOLUS_TRY(admin.describe_topics(std::span{&kTradesTopic, 1}));
  std::vector<TopicPartition> partitions;
  for (const TopicDescription& topic : topics) {
    for (int32_t i = 0; i < topic.partitions; ++i) partitions.push_back({topic.name, Partition{i}});
  }
  const auto reader = PACTOLUS_TRY(client.reader(Isolation::kReadCommitted, "pactolus-demo-first"));
  const auto starts = PACTOLUS_TRY(admin.offsets(partitions, OffsetEdge::kStart, Isolation::kReadCommitted));
  const auto ends = PACTOLUS_TRY(admin.offsets(partitions, OffsetEdge::kEnd, Isolation::kReadCommitted));
  for (size_t i = 0; i < starts.size(); ++i) {
    if (starts[i].offset == ends[i].offset) continue;
    if (!PACTOLUS_TRY(first_is_from_demo(*reader, starts[i]))) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> demo_topics() { return {kTradesTopic, kMinutesTopic, kDaysTopic, kDeadLetterTopic}; }

Result<void> make_demo_topics(LogClient& client, const Options& options) {
  const auto admin = PACTOLUS_TRY(with_patience([&] { return client.admin(); }));
  PACTOLUS_TRY(with_patience([&] { return make_topics(*admin, options); }));
  if (PACTOLUS_TRY(with_patience([&] { return trades_are_from_demo(client, *admin); }))) return {};
  return Error{"the topic `" + kTradesTopic +
               "` of this cluster holds records that are not the demo's: take another cluster"};
}

}  // namespace pactolus::demo

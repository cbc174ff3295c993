#include <future>
#include <thread>

#include "log/memory_test_log.h"

namespace pactolus {

namespace {

/// A MemoryLog in real time, with a member that owns the one partition, and a producer that sent its offset.
struct LiveLog {
  explicit LiveLog(Duration transaction_timeout) {
    const std::vector<std::string> topics = {"t"};
    log.create_topic({"t", 1, 1, {}});
    ok(member->subscribe(topics));
    ok(member->poll());
    producer = ok(client.producer({"p", "p", transaction_timeout}));
    ok(producer->init());
    ok(producer->begin());
    ok(send_offset(*producer, *member, partition, 5));
  }

  LogResult<std::vector<CommittedOffset>> committed() {
    return member->committed(std::span{&partition, 1}, std::chrono::seconds{60});
  }

  const TopicPartition partition{"t", Partition{0}};
  SystemClock clock;
  MemoryLog log{clock};
  MemoryLogClient client{log};
  std::unique_ptr<GroupMember> member = ok(client.group_member({"group", "a", "a", std::chrono::hours{1}}));
  std::unique_ptr<TransactionalProducer> producer;
};

}  // namespace

TEST_CASE("threads: who waits for pending offsets goes on when another thread commits them") {
  LiveLog live{std::chrono::hours{1}};
  auto waiting = std::async(std::launch::async, [&] { return live.committed(); });
  ok(live.producer->commit());
  CHECK(ok(waiting.get()).at(0).offset == Offset{5});
}

TEST_CASE("threads: who waits for pending offsets goes on when their transaction times out by itself") {
  LiveLog live{std::chrono::seconds{1}};
  CHECK_FALSE(ok(live.committed()).at(0).offset);
  CHECK(kind_of(live.producer->commit()) == LogErrorKind::kFenced);
}

TEST_CASE("threads: readers in several threads see every record while others are appended") {
  constexpr int64_t kRecords = 20'000;
  SystemClock clock;
  MemoryLog log{clock};
  log.create_topic({"t", 1, 1, {}});
  const TopicPartition partition{"t", Partition{0}};
  auto read_all = [&] {
    MemoryLogClient client{log};
    auto reader = client.reader(Isolation::kReadCommitted, "reader").value();
    const PartitionPosition start{partition, Offset{0}};
    reader->assign(std::span{&start, 1}).value();
    int64_t expected = 0;
    while (expected < kRecords) {
      FetchedBatch batch = reader->fetch(partition, 100).value();
      for (const RecordView& view : batch.records) {
        if (view.value != std::to_string(expected)) return expected;
        ++expected;
      }
      if (batch.records.empty()) reader->wait(std::chrono::seconds{10});
    }
    return expected;
  };
  auto first = std::async(std::launch::async, read_all);
  auto second = std::async(std::launch::async, read_all);
  for (int64_t i = 0; i < kRecords; ++i) {
    const std::string value = std::to_string(i);
    log.append(partition, record("key", value));
  }
  CHECK(first.get() == kRecords);
  CHECK(second.get() == kRecords);
}

}  // namespace pactolus

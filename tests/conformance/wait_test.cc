#include <chrono>
#include <future>

#include "conformance/log_conformance.h"

namespace pactolus::conformance {

namespace {

using Seconds = std::chrono::seconds;

/// A reader that found its partition empty.
std::unique_ptr<Reader> drained_reader(Cluster& cluster, const TopicPartition& partition) {
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{0}, records));
  return reader;
}

}  // namespace

TEST_CASE("wait: a wake from another thread ends it", "[conformance]") {
  Cluster cluster;
  auto reader = drained_reader(cluster, cluster.partition());
  const auto start = std::chrono::steady_clock::now();
  auto waiting = std::async(std::launch::async, [&] { reader->wait(Seconds{60}); });
  reader->wake();
  REQUIRE(waiting.wait_for(Seconds{20}) == std::future_status::ready);
  CHECK(std::chrono::steady_clock::now() - start < Seconds{60});
}

TEST_CASE("wait: a wake before it makes it return at once", "[conformance]") {
  Cluster cluster;
  auto reader = drained_reader(cluster, cluster.partition());
  reader->wake();
  auto waiting = std::async(std::launch::async, [&] { reader->wait(Seconds{60}); });
  CHECK(waiting.wait_for(Seconds{20}) == std::future_status::ready);
}

TEST_CASE("wait: records that arrive end it", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto reader = drained_reader(cluster, partition);
  auto reading = std::async(std::launch::async, [&] {
    const auto stop = std::chrono::steady_clock::now() + Seconds{20};
    while (std::chrono::steady_clock::now() < stop) {  // wait() may return for nothing
      reader->wait(Seconds{60});
      auto batch = reader->fetch(partition, 10);
      if (batch.ok() && !batch->records.empty()) return true;
    }
    return false;
  });
  cluster.commit(partition, {record("a", "1")});
  CHECK(reading.get());
}

}  // namespace pactolus::conformance

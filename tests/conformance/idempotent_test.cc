#include <array>

#include "conformance/log_conformance.h"

namespace pactolus::conformance {

namespace {

using Strings = std::vector<std::string>;

void produce(IdempotentProducer& producer, const TopicPartition& partition, std::string_view value) {
  const OutgoingRecord one = record("a", value);
  ok(producer.produce(partition, std::span{&one, 1}));
}

std::unique_ptr<IdempotentProducer> idempotent(Cluster& cluster) {
  return ok(cluster.client().idempotent_producer(cluster.unique("idempotent")));
}

}  // namespace

TEST_CASE("idempotent: records can be read at once, whatever the reader's isolation", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = idempotent(cluster);
  produce(*producer, partition, "1");
  REQUIRE(cluster.arrived(partition, 1));  // without a flush
  produce(*producer, partition, "2");
  REQUIRE(cluster.arrived(partition, 2));
  for (const Isolation isolation : {Isolation::kReadCommitted, Isolation::kReadUncommitted})
    CHECK(values_of(cluster.read(partition, Offset{0}, Offset{2}, isolation)) == Strings{"1", "2"});
}

TEST_CASE("idempotent: what flush has returned for is in the log", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = idempotent(cluster);
  ok(producer->flush());  // of nothing
  for (int64_t i = 1; i <= 3; ++i) {
    produce(*producer, partition, std::to_string(i));
    ok(producer->flush());
    CHECK(cluster.end(partition) == Offset{i});
  }
  ok(producer->flush());
  producer.reset();
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"1", "2", "3"});
}

TEST_CASE("idempotent: each partition keeps its order, and each record is there once", "[conformance]") {
  constexpr int kRecords = 5000;
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  auto producer = idempotent(cluster);
  std::array<Strings, 2> sent;
  for (int i = 0; i < kRecords; ++i) {
    const int to = i / 7 % 2;
    sent[to].push_back(std::to_string(i));
    produce(*producer, {topic, Partition{to}}, sent[to].back());
  }
  ok(producer->flush());
  for (int to = 0; to < 2; ++to) CHECK(values_of(cluster.read_committed({topic, Partition{to}})) == sent[to]);
}

TEST_CASE("idempotent: behind an open transaction records wait for it, but only for read_committed",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto slow = cluster.producer();
  ok(slow->begin());
  const OutgoingRecord held = record("a", "slow");
  ok(slow->produce(partition, std::span{&held, 1}));
  REQUIRE(cluster.arrived(partition, 1));
  auto producer = idempotent(cluster);
  produce(*producer, partition, "quick");
  ok(producer->flush());

  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{0});
  CHECK(values_of(cluster.read(partition, Offset{0}, Offset{2}, Isolation::kReadUncommitted)) ==
        Strings{"slow", "quick"});
  ok(slow->abort());
  REQUIRE(cluster.arrived(partition, 3));
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"quick"});
}

TEST_CASE("idempotent: a later transaction that is aborted takes nothing along", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = idempotent(cluster);
  auto transactional = cluster.producer();
  ok(transactional->begin());
  produce(*producer, partition, "1");
  ok(producer->flush());
  const OutgoingRecord aborted = record("a", "aborted");
  ok(transactional->produce(partition, std::span{&aborted, 1}));
  REQUIRE(cluster.arrived(partition, 2));
  produce(*producer, partition, "2");
  ok(producer->flush());
  ok(transactional->abort());
  REQUIRE(cluster.arrived(partition, 4));
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"1", "2"});
}

TEST_CASE("idempotent: one producer knows nothing of another's end", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string name = cluster.unique("idempotent");
  auto first = ok(cluster.client().idempotent_producer(name));
  auto second = ok(cluster.client().idempotent_producer(name));
  produce(*first, partition, "1");
  ok(first->flush());
  produce(*second, partition, "2");
  ok(second->flush());
  second.reset();
  produce(*first, partition, "3");
  ok(first->flush());
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"1", "2", "3"});
}

TEST_CASE("idempotent: records of nearly a megabyte pass", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string big(990'000, 'x');
  auto producer = idempotent(cluster);
  for (int i = 0; i < 4; ++i) produce(*producer, partition, big);
  ok(producer->flush());
  CHECK(values_of(cluster.read_committed(partition)) == Strings(4, big));
}

TEST_CASE("idempotent: topics and partitions that don't exist are named, and nothing works afterwards",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition known = cluster.partition();
  const bool no_topic = GENERATE(true, false);
  const TopicPartition unknown{no_topic ? cluster.unique("missing") : known.topic,
                               Partition{no_topic ? 0 : 1}};
  auto producer = idempotent(cluster);
  produce(*producer, known, "before");
  ok(producer->flush());
  const OutgoingRecord one = record("a", "lost");
  const auto produced = producer->produce(unknown, std::span{&one, 1});
  CHECK(kind_of(produced) == LogErrorKind::kFatal);
  CHECK_THAT(produced.error().message, Catch::Contains(no_topic ? unknown.topic : to_string(unknown)));
  CHECK(kind_of(producer->produce(known, std::span{&one, 1})) == LogErrorKind::kFatal);
  CHECK(kind_of(producer->flush()) == LogErrorKind::kFatal);

  producer = idempotent(cluster);
  produce(*producer, known, "after");
  ok(producer->flush());
  CHECK(values_of(cluster.read_committed(known)) == Strings{"before", "after"});
}

}  // namespace pactolus::conformance

#include "conformance/log_conformance.h"

namespace pactolus::conformance {

namespace {

using Strings = std::vector<std::string>;

void produce(TransactionalProducer& producer, const TopicPartition& partition, const OutgoingRecord& record) {
  ok(producer.produce(partition, std::span{&record, 1}));
}

}  // namespace

TEST_CASE("transactions: aborted records are there for read_uncommitted only", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = cluster.producer();
  ok(producer->begin());
  produce(*producer, partition, record("a", "aborted"));
  REQUIRE(cluster.arrived(partition, 1));
  ok(producer->abort());
  ok(producer->begin());
  produce(*producer, partition, record("a", "committed"));
  ok(producer->commit());

  REQUIRE(cluster.arrived(partition, 4));
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"committed"});
  auto all = cluster.read(partition, Offset{0}, Offset{4}, Isolation::kReadUncommitted);
  CHECK(values_of(all) == Strings{"aborted", "committed"});
}

TEST_CASE("transactions: markers take up offsets, and the receipt does not count them", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const TopicPartition first{topic, Partition{0}};
  const TopicPartition second{topic, Partition{1}};
  auto producer = cluster.producer();
  for (int64_t transaction = 0; transaction < 3; ++transaction) {
    ok(producer->begin());
    produce(*producer, first, record("a", "1"));
    produce(*producer, first, record("a", "2"));
    produce(*producer, second, record("a", "3"));
    auto receipt = ok(producer->commit());
    CHECK(receipt ==
          TransactionReceipt{{first, Offset{transaction * 3 + 2}}, {second, Offset{transaction * 2 + 1}}});
  }
  REQUIRE(cluster.arrived(first, 9));
  REQUIRE(cluster.arrived(second, 6));
  std::vector<int64_t> offsets;
  for (const OwnedRecord& record : cluster.read_committed(first)) offsets.push_back(record.offset.value());
  CHECK(offsets == std::vector<int64_t>{0, 1, 3, 4, 6, 7});
}

TEST_CASE("transactions: reading goes on from an offset at which a marker stands", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("a", "1")});
  cluster.commit(partition, {record("a", "2")});
  REQUIRE(cluster.arrived(partition, 4));
  auto records = cluster.read(partition, Offset{1}, Offset{4}, Isolation::kReadCommitted);
  REQUIRE(values_of(records) == Strings{"2"});
  CHECK(records[0].offset == Offset{2});
}

TEST_CASE("transactions: one without records or offsets commits and aborts", "[conformance]") {
  Cluster cluster;
  auto producer = cluster.producer();
  ok(producer->begin());
  CHECK(ok(producer->commit()).empty());
  ok(producer->begin());
  ok(producer->abort());
}

TEST_CASE("transactions: an open one holds back what others commit after it", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("a", "before")});
  REQUIRE(cluster.arrived(partition, 2));
  auto slow = cluster.producer();
  ok(slow->begin());
  produce(*slow, partition, record("a", "slow"));
  REQUIRE(cluster.arrived(partition, 3));
  cluster.commit(partition, {record("a", "quick")});
  REQUIRE(cluster.arrived(partition, 5));

  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{2});
  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadUncommitted) == Offset{5});
  auto seen = cluster.read(partition, Offset{0}, Offset{5}, Isolation::kReadUncommitted);
  CHECK(values_of(seen) == Strings{"before", "slow", "quick"});

  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{2}, records));
  CHECK(values_of(records) == Strings{"before"});

  const bool commits = GENERATE(true, false);
  if (commits) {
    ok(slow->commit());
  } else {
    ok(slow->abort());
  }
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{6}, records));
  CHECK(values_of(records) == (commits ? Strings{"before", "slow", "quick"} : Strings{"before", "quick"}));
  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{6});
}

TEST_CASE("transactions: a new producer of the same id fences the old one and aborts what it left open",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string id = cluster.unique("producer");
  auto old = cluster.producer(id);
  ok(old->begin());
  produce(*old, partition, record("a", "old"));
  REQUIRE(cluster.arrived(partition, 1));

  auto successor = cluster.producer(id);
  ok(successor->begin());
  produce(*successor, partition, record("a", "new"));
  ok(successor->commit());
  CHECK(kind_of(old->commit()) == LogErrorKind::kFenced);
  REQUIRE(cluster.arrived(partition, 4));
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"new"});
}

TEST_CASE("transactions: a fenced producer without an open transaction commits nothing any more",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string id = cluster.unique("producer");
  auto old = cluster.producer(id);
  auto successor = cluster.producer(id);

  // Where the old one learns of it is the client library's affair.
  LogResult<void> step = old->begin();
  const OutgoingRecord late = record("a", "late");
  if (step.ok()) step = old->produce(partition, std::span{&late, 1});
  if (step.ok()) {
    CHECK(kind_of(old->commit()) == LogErrorKind::kFenced);
  } else {
    CHECK(step.error().kind == LogErrorKind::kFenced);
  }
  cluster.commit(partition, {record("a", "other")});
  CHECK(values_of(cluster.read_committed(partition)) == Strings{"other"});
}

TEST_CASE("transactions: what a producer left open is aborted by its successor's init", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string id = cluster.unique("producer");
  auto crashed = cluster.producer(id);
  ok(crashed->begin());
  produce(*crashed, partition, record("a", "lost"));
  REQUIRE(cluster.arrived(partition, 1));
  crashed.reset();
  cluster.producer(id);
  REQUIRE(eventually(cluster.log(), [&] {
    return cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{2};
  }));
  CHECK(cluster.read_committed(partition).empty());
}

TEST_CASE("transactions: one that lasts too long is aborted and its producer fenced", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string id = cluster.unique("producer");
  auto producer = ok(cluster.client().producer({id, id, cluster.log().transaction_timeout()}));
  ok(producer->init());
  ok(producer->begin());
  produce(*producer, partition, record("a", "too late"));
  REQUIRE(cluster.arrived(partition, 1));
  REQUIRE(eventually(cluster.log(), [&] {
    return cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{2};
  }));
  CHECK(kind_of(producer->commit()) == LogErrorKind::kFenced);
  CHECK(cluster.read_committed(partition).empty());
}

}  // namespace pactolus::conformance

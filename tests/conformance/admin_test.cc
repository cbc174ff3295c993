#include "conformance/log_conformance.h"

namespace pactolus::conformance {

TEST_CASE("admin: topics that do not exist are left out of a description", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(3);
  const std::vector<std::string> names = {topic, cluster.unique("missing")};
  auto found = ok(cluster.admin().describe_topics(names));
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == topic);
  CHECK(found[0].partitions == 3);
}

TEST_CASE("admin: creating a topic that exists leaves it alone", "[conformance]") {
  Cluster cluster;
  const TopicSpec first{cluster.unique("topic"), 2, 1, {{"cleanup.policy", "compact"}}};
  TopicSpec second = first;
  second.partitions = 5;
  second.config = {{"cleanup.policy", "delete"}};
  ok(cluster.admin().create_topics(std::span{&first, 1}));
  const std::vector<TopicSpec> both = {second, {cluster.unique("topic"), 1, 1, {}}};
  ok(cluster.admin().create_topics(both));
  const std::vector<std::string> names = {first.name, both[1].name};
  auto found = ok(cluster.admin().describe_topics(names));
  REQUIRE(found.size() == 2);
  CHECK(found[0].partitions == 2);
  CHECK(found[1].partitions == 1);
  CHECK(ok(cluster.admin().topic_config(first.name)).at("cleanup.policy") == "compact");
}

TEST_CASE("admin: a topic's settings are those it was created with, else the cluster's", "[conformance]") {
  Cluster cluster;
  const TopicSpec spec{
      cluster.unique("topic"), 1, 1, {{"retention.ms", "-1"}, {"max.message.bytes", "2000000"}}};
  ok(cluster.admin().create_topics(std::span{&spec, 1}));
  auto config = ok(cluster.admin().topic_config(spec.name));
  CHECK(config["retention.ms"] == "-1");
  CHECK(config["max.message.bytes"] == "2000000");
  CHECK(config["cleanup.policy"] == "delete");
}

TEST_CASE("admin: the settings of a topic that does not exist are an error", "[conformance]") {
  Cluster cluster;
  CHECK(kind_of(cluster.admin().topic_config(cluster.unique("missing"))) == LogErrorKind::kFatal);
}

TEST_CASE("admin: a new topic starts and ends at offset 0", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  CHECK(cluster.edge(partition, OffsetEdge::kStart, Isolation::kReadCommitted) == Offset{0});
  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadCommitted) == Offset{0});
  CHECK(cluster.edge(partition, OffsetEdge::kEnd, Isolation::kReadUncommitted) == Offset{0});
}

TEST_CASE("admin: the edge at a time is the first record stamped then or later, else the end",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto stamped = [](int64_t seconds) {
    OutgoingRecord at = record("a", "1");
    at.timestamp = ProcessingTime{seconds * 1'000'000};
    return at;
  };
  cluster.commit(partition, {stamped(1'700'000'000), stamped(1'700'000'010), stamped(1'700'000'020)});
  auto edge_at = [&](int64_t seconds) {
    const OffsetEdge edge = OffsetEdge::at(ProcessingTime{seconds * 1'000'000});
    return cluster.edge(partition, edge, Isolation::kReadCommitted);
  };
  CHECK(edge_at(1) == Offset{0});
  CHECK(edge_at(1'700'000'010) == Offset{1});
  CHECK(edge_at(1'700'000'011) == Offset{2});
  // Behind the last record: a broker may count the transaction's marker, which is stamped with its clock.
  CHECK(edge_at(1'700'000'021) >= Offset{3});
}

TEST_CASE("admin: offsets of many partitions come in the order they were asked for", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(3);
  cluster.commit({topic, Partition{1}}, {record("a", "1")});
  cluster.commit({topic, Partition{2}}, {record("a", "1"), record("a", "2")});
  const std::vector<TopicPartition> asked = {
      {topic, Partition{2}}, {topic, Partition{0}}, {topic, Partition{1}}};
  std::vector<int64_t> ends;
  REQUIRE(eventually(cluster.log(), [&] {
    ends.clear();
    for (const auto& position :
         ok(cluster.admin().offsets(asked, OffsetEdge::kEnd, Isolation::kReadCommitted))) {
      ends.push_back(position.offset.value());
    }
    return ends == std::vector<int64_t>{3, 0, 2};
  }));
}

TEST_CASE("admin: deleted records move the start, and reading goes on from there", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("a", "1"), record("b", "2"), record("c", "3")});
  PartitionPosition before{partition, Offset{2}};
  ok(awaited(cluster.admin().delete_records(std::span{&before, 1})));
  CHECK(cluster.edge(partition, OffsetEdge::kStart, Isolation::kReadCommitted) == Offset{2});
  CHECK(values_of(cluster.read_committed(partition)) == std::vector<std::string>{"3"});

  before.offset = Offset{1};  // gone already: no error
  ok(awaited(cluster.admin().delete_records(std::span{&before, 1})));
  CHECK(cluster.edge(partition, OffsetEdge::kStart, Isolation::kReadCommitted) == Offset{2});

  before.offset = Offset{4};  // everything
  REQUIRE(cluster.arrived(partition, 4));
  ok(awaited(cluster.admin().delete_records(std::span{&before, 1})));
  CHECK(cluster.edge(partition, OffsetEdge::kStart, Isolation::kReadCommitted) == Offset{4});
  CHECK(cluster.read_committed(partition).empty());
}

}  // namespace pactolus::conformance

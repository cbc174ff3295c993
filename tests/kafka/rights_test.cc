#include "conformance/log_conformance.h"
#include "kafka/acl.h"
#include "kafka/kafka_broker.h"

namespace pactolus::conformance {

namespace {

/// What `call()` says once the rule has reached it.
template <class Call>
LogError refusal(Cluster& cluster, Call call) {
  std::optional<LogError> error;
  REQUIRE(eventually(cluster.log(), [&] {
    auto result = call();
    if (!result.ok() && result.error().kind != LogErrorKind::kRetry) error = result.error();
    return error.has_value();
  }));
  CHECK(error->kind == LogErrorKind::kFatal);
  return *error;
}

}  // namespace

TEST_CASE("rights: describing, reading and writing a topic name the right that is missing", "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = cluster.producer();
  lock_out(KafkaBroker::shared_bootstrap(), AclResource::kTopic, partition.topic);

  const auto described = refusal(cluster, [&] {
    return cluster.admin().describe_topics(std::span{&partition.topic, 1});
  });
  CHECK_THAT(described.message, Catch::Contains("missing right: DESCRIBE on topic " + partition.topic));

  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  const auto read = refusal(cluster, [&] { return reader->fetch(partition, 10); });
  CHECK_THAT(read.message, Catch::Contains("missing right: READ on topic " + partition.topic));

  ok(producer->begin());
  const OutgoingRecord one = record("a", "1");
  const auto written = refusal(cluster, [&] { return producer->produce(partition, std::span{&one, 1}); });
  CHECK_THAT(written.message, Catch::Contains("missing right: WRITE on topic " + partition.topic));
  ok(producer->abort());
}

TEST_CASE("rights: a commit names the topic of which it hears only meanwhile", "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const TopicPartition other = cluster.partition();
  auto producer = cluster.producer();
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kTopic, partition.topic, AclRight::kDescribe);
  const OutgoingRecord one = record("a", "1");
  const auto refused = refusal(cluster, [&]() -> LogResult<void> {
    PACTOLUS_TRY(producer->begin());
    PACTOLUS_TRY(producer->produce(other, std::span{&one, 1}));
    PACTOLUS_TRY(producer->produce(partition, std::span{&one, 1}));
    PACTOLUS_TRY(producer->commit());
    return {};
  });
  CHECK_THAT(refused.message, Catch::Contains("missing right: WRITE on topic " + partition.topic));
}

TEST_CASE("rights: a group that may not be joined is told by its name, and is not shown", "[broker]") {
  Cluster cluster;
  const std::string group = cluster.unique("group");
  lock_out(KafkaBroker::shared_bootstrap(), AclResource::kGroup, group);
  auto member = ok(cluster.client().group_member({group, "a", "a", cluster.log().session_timeout()}));
  const std::vector<std::string> topics = {cluster.topic()};
  ok(member->subscribe(topics));
  const auto joined = refusal(cluster, [&] { return member->poll(); });
  CHECK(ok(cluster.admin().group_clients(group)).empty());
  CHECK_THAT(joined.message, Catch::Contains("missing right: READ on group " + group));
}

TEST_CASE("rights: a producer without transactions needs WRITE on the topic, and says so", "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kTopic, partition.topic, AclRight::kDescribe);
  const OutgoingRecord one = record("a", "1");
  const auto refused = refusal(cluster, [&] {
    auto producer = ok(cluster.client().idempotent_producer("p"));
    auto written = producer->produce(partition, std::span{&one, 1});
    return written.ok() ? producer->flush() : std::move(written);
  });
  CHECK_THAT(refused.message, Catch::Contains("missing right: WRITE on topic " + partition.topic));
}

}  // namespace pactolus::conformance

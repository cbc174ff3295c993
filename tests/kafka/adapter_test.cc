#include <chrono>
#include <thread>

#include "conformance/group_driver.h"
#include "conformance/log_conformance.h"
#include "kafka/client_conf.h"
#include "kafka/idempotent_producer.h"
#include "kafka/kafka_broker.h"
#include "kafka/kafka_client.h"

namespace pactolus::conformance {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// A client of a port where nobody listens.
std::unique_ptr<LogClient> nobody(Duration call_timeout) {
  KafkaSettings settings;
  settings.librdkafka = {{"bootstrap.servers", "127.0.0.1:1"}};
  settings.call_timeout = call_timeout;
  auto client = make_kafka_client(settings, make_silent_logger());
  REQUIRE(client.ok());
  return std::move(client).value();
}

}  // namespace

TEST_CASE("unreachable: questions say so within their time, and why") {
  auto client = nobody(1s);
  auto admin = ok(client->admin());
  const std::vector<std::string> names = {"t"};
  const std::vector<TopicPartition> partitions = {{"t", Partition{0}}};
  const std::vector<PartitionPosition> before = {{partitions[0], Offset{1}}};
  const std::vector<TopicSpec> specs = {{"t", 1, 1, {}}};
  const auto check = [](auto call) {
    const auto began = SteadyClock::now();
    auto result = call();
    CHECK(kind_of(result) == LogErrorKind::kRetry);
    CHECK(SteadyClock::now() - began < 5s);
    CHECK_THAT(result.error().message, Catch::Contains("no broker answers") && Catch::Contains("refused"));
  };
  check([&] { return admin->describe_topics(names); });
  check([&] { return admin->create_topics(specs); });
  check([&] { return admin->topic_config("t"); });
  check([&] { return admin->group_clients("g"); });
  check([&] { return admin->offsets(partitions, OffsetEdge::kEnd, Isolation::kReadCommitted); });
  check([&] { return awaited(admin->delete_records(before)); });
}

TEST_CASE("unreachable: a producer's init did nothing and can be called again") {
  auto client = nobody(1s);
  auto producer = ok(client->producer({"p", "p", 10s}));
  for (int i = 0; i < 2; ++i) {
    const auto began = SteadyClock::now();
    auto result = producer->init();
    CHECK(kind_of(result) == LogErrorKind::kRetry);
    CHECK(SteadyClock::now() - began < 5s);
    CHECK_THAT(result.error().message, Catch::Contains("no broker answers") && Catch::Contains("refused"));
  }
}

TEST_CASE("unreachable: a producer without transactions says so within its time") {
  auto client = nobody(1s);
  auto producer = ok(client->idempotent_producer("p"));
  const OutgoingRecord one = record("k", "v");
  const auto began = SteadyClock::now();
  const auto result = producer->produce({"t", Partition{0}}, std::span{&one, 1});
  CHECK(kind_of(result) == LogErrorKind::kAbort);
  CHECK_THAT(result.error().message, Catch::Contains("no broker says where topic t is"));
  CHECK(SteadyClock::now() - began < 5s);
}

TEST_CASE("unreachable: a reader and a member say so and close in time") {
  auto client = nobody(1s);
  auto reader = ok(client->reader(Isolation::kReadCommitted, "r"));
  const PartitionPosition start{{"t", Partition{0}}, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::optional<LogError> error;
  for (const auto began = SteadyClock::now(); !error && SteadyClock::now() - began < 10s;) {
    reader->wait(50ms);
    auto batch = reader->fetch(start.partition, 10);
    if (!batch.ok()) error = batch.error();
  }
  REQUIRE(error);
  CHECK(error->kind == LogErrorKind::kRetry);
  CHECK_THAT(error->message, Catch::Contains("refused"));

  auto member = ok(client->group_member({"g", "i", "c", 10s}));
  const std::vector<std::string> topics = {"t"};
  ok(member->subscribe(topics));
  bool told = false;
  for (const auto began = SteadyClock::now(); !told && SteadyClock::now() - began < 10s;) {
    auto event = member->poll();
    told = !event.ok() && kind_of(event) == LogErrorKind::kRetry;
    member->reader().wait(50ms);
  }
  CHECK(told);
  CHECK(kind_of(member->committed(std::span{&start.partition, 1}, 500ms)) == LogErrorKind::kRetry);
  const auto began = SteadyClock::now();
  member.reset();
  reader.reset();
  CHECK(SteadyClock::now() - began < 10s);
}

TEST_CASE("records: some of nearly a megabyte pass, and one that is larger stops with the reason",
          "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string big(990'000, 'x');
  auto producer = cluster.producer();
  ok(producer->begin());
  for (int i = 0; i < 8; ++i) {
    const OutgoingRecord one = record("k", big);
    ok(producer->produce(partition, std::span{&one, 1}));
  }
  ok(producer->commit());
  const auto records = cluster.read_committed(partition);
  REQUIRE(records.size() == 8);
  for (const auto& each : records) CHECK(each.value == big);

  const std::string too_big(1'100'000, 'x');
  ok(producer->begin());
  const OutgoingRecord one = record("k", too_big);
  const auto result = producer->produce(partition, std::span{&one, 1});
  CHECK(kind_of(result) == LogErrorKind::kFatal);
  CHECK_THAT(result.error().message, Catch::Contains("too large") && Catch::Contains(partition.topic));
  ok(producer->abort());
}

TEST_CASE("records: the topic's limit is told where the client's is higher", "[broker]") {
  Cluster cluster;
  const TopicSpec spec{cluster.unique("topic"), 1, 1, {{"max.message.bytes", "1000"}}};
  ok(cluster.admin().create_topics(std::span{&spec, 1}));
  auto producer = cluster.producer();
  ok(producer->begin());
  std::string noise(4000, ' ');  // lz4 must not make it small
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * 2654435761U >> 11);
  const OutgoingRecord one = record("k", noise);
  ok(producer->produce({spec.name, Partition{0}}, std::span{&one, 1}));
  const auto result = producer->commit();
  CHECK(kind_of(result) == LogErrorKind::kFatal);
  CHECK_THAT(result.error().message, Catch::Contains(spec.name) && Catch::Contains("too large"));
  ok(producer->abort());
}

TEST_CASE("records: without transactions, too, a record that is too large stops with the reason",
          "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = ok(cluster.client().idempotent_producer("p"));
  const std::string too_big(1'100'000, 'x');
  const OutgoingRecord one = record("k", too_big);
  const auto result = producer->produce(partition, std::span{&one, 1});
  CHECK(kind_of(result) == LogErrorKind::kFatal);
  CHECK_THAT(result.error().message, Catch::Contains("too large") && Catch::Contains(partition.topic));
}

TEST_CASE("records: without transactions, too, more of them than librdkafka's queue holds can be produced",
          "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = ok(cluster.client().idempotent_producer("p"));
  const std::vector<OutgoingRecord> many(10'000, record("k", "v"));
  for (int i = 0; i < 60; ++i) ok(producer->produce(partition, many));
  ok(producer->flush());
  CHECK(cluster.end(partition) == Offset{600'000});
}

TEST_CASE("producer: an instance that dies says that records may be missing, and another one works",
          "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const KafkaSettings settings{.librdkafka = {{"bootstrap.servers", KafkaBroker::shared_bootstrap()}}};
  RdConf conf = idempotent_producer_conf(settings, "p");
  rd_kafka_t* instance = nullptr;
  const auto find_instance = [](rd_kafka_t* made, const rd_kafka_conf_t*, void* found, char*, size_t) {
    *static_cast<rd_kafka_t**>(found) = made;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  rd_kafka_conf_interceptor_add_on_new(conf.get(), "test", find_instance, &instance);
  auto producer = ok(KafkaIdempotentProducer::make(std::move(conf), "p", 10s,
                                                   std::make_shared<KafkaLogBridge>(make_silent_logger())));
  REQUIRE(instance != nullptr);
  const OutgoingRecord one = record("k", "v");
  ok(producer->produce(partition, std::span{&one, 1}));
  ok(producer->flush());
  const bool is_noticed_by_flush = GENERATE(true, false);
  if (is_noticed_by_flush) ok(producer->produce(partition, std::span{&one, 1}));
  rd_kafka_test_fatal_error(instance, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "planted");
  const auto told =
      is_noticed_by_flush ? producer->flush() : producer->produce(partition, std::span{&one, 1});
  CHECK(kind_of(told) == LogErrorKind::kAbort);
  CHECK_THAT(told.error().message, Catch::Contains("planted"));
  producer = ok(cluster.client().idempotent_producer("p"));
  ok(producer->produce(partition, std::span{&one, 1}));
  ok(producer->flush());
}

TEST_CASE("records: more than librdkafka's queue holds go into one transaction", "[broker]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto producer = cluster.producer();
  ok(producer->begin());
  const std::vector<OutgoingRecord> many(10'000, record("k", "v"));
  for (int i = 0; i < 60; ++i) ok(producer->produce(partition, many));
  CHECK(ok(producer->commit()) == TransactionReceipt{{partition, Offset{600'000}}});
}

TEST_CASE("producer: topics and partitions that don't exist are named", "[broker]") {
  Cluster cluster;
  const TopicPartition missing{cluster.unique("missing"), Partition{0}};
  const TopicPartition beyond{cluster.topic(2), Partition{2}};
  auto producer = cluster.producer();
  ok(producer->begin());
  const OutgoingRecord one = record("k", "v");
  const auto no_partition = producer->produce(beyond, std::span{&one, 1});
  CHECK(kind_of(no_partition) == LogErrorKind::kFatal);
  CHECK_THAT(no_partition.error().message, Catch::Contains(beyond.topic + "-2"));
  ok(producer->abort());
  ok(producer->begin());
  const auto no_topic = producer->produce(missing, std::span{&one, 1});
  CHECK(kind_of(no_topic) == LogErrorKind::kFatal);
  CHECK_THAT(no_topic.error().message, Catch::Contains(missing.topic));
}

TEST_CASE("reader: a topic or a partition that doesn't exist is told", "[broker]") {
  Cluster cluster;
  const TopicPartition asked = GENERATE(true, false) ? TopicPartition{cluster.unique("missing"), Partition{0}}
                                                     : TopicPartition{cluster.topic(2), Partition{2}};
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{asked, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::optional<LogError> error;
  REQUIRE(eventually(cluster.log(), [&] {
    auto batch = reader->fetch(asked, 10);
    if (!batch.ok()) error = batch.error();
    return error && error->kind != LogErrorKind::kRetry;
  }));
  CHECK(error->kind == LogErrorKind::kFatal);
  CHECK_THAT(error->message, Catch::Contains(to_string(asked)));
}

TEST_CASE("reader: a partition of which the queue gets full is read on without a pause", "[broker]") {
  constexpr size_t kRecords = 50'000;
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  // A queue fills up some forty times, and librdkafka would look at each again after a second.
  KafkaSettings settings;
  settings.librdkafka = {{"bootstrap.servers", KafkaBroker::shared_bootstrap()},
                         {"compression.type", "none"},
                         {"batch.num.messages", "500"},
                         {"queued.min.messages", "1000"},
                         {"fetch.message.max.bytes", "100000"}};
  auto client = make_kafka_client(settings, make_silent_logger());
  REQUIRE(client.ok());
  const std::string id = cluster.unique("producer");
  auto producer = ok((*client)->producer({id, id, 30s}));
  ok(producer->init());
  ok(producer->begin());
  const std::string value(100, 'x');
  ok(producer->produce(partition, std::vector<OutgoingRecord>(kRecords, record("key", value))));
  ok(producer->commit());

  auto reader = ok((*client)->reader(Isolation::kReadCommitted, id));
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  const auto began = SteadyClock::now();
  size_t count = 0;
  while (count < kRecords && SteadyClock::now() - began < 60s) {
    std::this_thread::sleep_for(3ms);  // the work that lets the queue fill up
    count += ok(reader->fetch(partition, 200)).records.size();
  }
  CHECK(count == kRecords);
  CHECK(SteadyClock::now() - began < 15s);
}

TEST_CASE("fetched bytes: outlive their reader and its client, on any thread", "[broker]") {
  FetchedBatch batch;
  {
    Cluster cluster;
    const TopicPartition partition = cluster.partition();
    cluster.commit(partition, {record("key", "value")});
    auto reader = cluster.reader(Isolation::kReadCommitted);
    const PartitionPosition start{partition, Offset{0}};
    ok(reader->assign(std::span{&start, 1}));
    REQUIRE(eventually(cluster.log(), [&] {
      batch = ok(reader->fetch(partition, 10));
      return !batch.records.empty();
    }));
  }
  std::thread{[batch = std::move(batch)]() mutable {
    CHECK(batch.records[0].value == "value");
    batch = {};
  }}.join();
}

TEST_CASE("group: a member that closes while a rebalance waits for its answer does not hang", "[broker]") {
  Cluster cluster;
  const std::vector<std::string> topics = {cluster.topic(2)};
  const std::string group = cluster.unique("group");
  const bool in_a_revoke = GENERATE(false, true);
  auto member = ok(cluster.client().group_member({group, "a", "a", cluster.log().session_timeout()}));
  ok(member->subscribe(topics));
  REQUIRE(eventually(cluster.log(), [&] { return std::holds_alternative<Assigned>(ok(member->poll())); }));
  Driver other{cluster, group, "b"};
  if (in_a_revoke) {
    ok(member->reader().assign({}));
    other.subscribe(topics);
    REQUIRE(eventually(cluster.log(), [&] {
      other.turn();
      return std::holds_alternative<Revoked>(ok(member->poll()));
    }));
  }
  const auto began = SteadyClock::now();
  member->close();
  CHECK(SteadyClock::now() - began < 5s);
  CHECK(kind_of(member->poll()) == LogErrorKind::kFatal);
}

TEST_CASE("group: a member that closes before it hears of a rebalance does not hang", "[broker]") {
  Cluster cluster;
  const std::vector<std::string> topics = {cluster.topic(2)};
  for (int i = 0; i < 40; ++i) {
    auto member = ok(
        cluster.client().group_member({cluster.unique("group"), "a", "a", cluster.log().session_timeout()}));
    ok(member->subscribe(topics));
    std::this_thread::sleep_for(2ms * i);  // so that it comes before the close, amid it or not at all
    const auto began = SteadyClock::now();
    member->close();
    CHECK(SteadyClock::now() - began < 5s);
  }
}

}  // namespace pactolus::conformance

#include <chrono>
#include <future>
#include <thread>

#include "conformance/log_conformance.h"
#include "kafka/kafka_broker.h"
#include "kafka/kafka_client.h"

namespace pactolus::conformance {

namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

std::unique_ptr<LogClient> client_of(const KafkaBroker& broker, Duration call_timeout = 10s) {
  KafkaSettings settings;
  settings.librdkafka = {{"bootstrap.servers", broker.bootstrap()}};
  settings.call_timeout = call_timeout;
  auto client = make_kafka_client(settings, make_silent_logger());
  REQUIRE(client.ok());
  return std::move(client).value();
}

TopicPartition new_partition(LogClient& client, const std::string& topic) {
  const TopicSpec spec{topic, 1, 1, {}};
  ok(ok(client.admin())->create_topics(std::span{&spec, 1}));
  return {topic, Partition{0}};
}

std::unique_ptr<TransactionalProducer> open_transaction(LogClient& client, const TopicPartition& partition,
                                                        const std::string& id) {
  auto producer = ok(client.producer({id, id, 30s}));
  ok(producer->init());
  ok(producer->begin());
  const OutgoingRecord one = record("k", id);
  ok(producer->produce(partition, std::span{&one, 1}));
  return producer;
}

/// A group's only member, with the partition.
std::unique_ptr<GroupMember> member_of(LogClient& client, const TopicPartition& partition) {
  auto member = ok(client.group_member({"g", "i", "c", 10s}));
  ok(member->subscribe(std::span{&partition.topic, 1}));
  bool assigned = false;
  for (const auto began = std::chrono::steady_clock::now();
       !assigned && std::chrono::steady_clock::now() - began < 30s;) {
    auto event = member->poll();
    assigned = event.ok() && std::holds_alternative<Assigned>(*event);
    member->reader().wait(20ms);
  }
  REQUIRE(assigned);
  const PartitionPosition start{partition, Offset{0}};
  ok(member->reader().assign(std::span{&start, 1}));
  return member;
}

}  // namespace

TEST_CASE("outage: a call that the broker does not answer in time is in doubt, and a new producer settles it",
          "[broker]") {
  KafkaBroker broker;
  auto client = client_of(broker, 2s);
  const TopicPartition partition = new_partition(*client, "t");
  auto producer = open_transaction(*client, partition, "p");
  ok(producer->commit());
  ok(producer->begin());
  const OutgoingRecord one = record("k", "doubtful");
  ok(producer->produce(partition, std::span{&one, 1}));
  std::this_thread::sleep_for(100ms);  // delivered or not, both are fine
  broker.freeze();
  const auto began = std::chrono::steady_clock::now();
  const auto result = producer->commit();
  CHECK(kind_of(result) == LogErrorKind::kDoubt);
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kFatal);  // nothing more to be had from this one
  broker.thaw();
  producer.reset();
  auto successor = ok(client->producer({"p", "p", 30s}));
  auto settled_by_init = successor->init();
  for (int i = 0; i < 10 && !settled_by_init.ok(); ++i) {
    successor = ok(client->producer({"p", "p", 30s}));
    settled_by_init = successor->init();
  }
  ok(std::move(settled_by_init));
}

TEST_CASE("outage: a commit that librdkafka repeats over a new connection is in doubt though it succeeds",
          "[broker]") {
  KafkaBroker broker;
  auto client = client_of(broker, 60s);
  const TopicPartition partition = new_partition(*client, "t");
  // Offsets alone: once send_offsets has returned nothing is under way, so that EndTxn is the commit's only
  // request.
  auto producer = ok(client->producer({"p", "p", 30s}));
  ok(producer->init());
  ok(producer->begin());
  auto member = member_of(*client, partition);
  const OffsetCommit offset{partition, Offset{0}, ""};
  ok(producer->send_offsets(std::span{&offset, 1}, *ok(member->metadata())));
  broker.freeze();
  auto committing = std::async(std::launch::async, [&] { return producer->commit(); });
  std::this_thread::sleep_for(1s);  // its request is under way; the broker can't have answered
  broker.kill();
  broker.start();
  const auto result = committing.get();
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().kind == LogErrorKind::kDoubt);
  CHECK_THAT(result.error().message, Catch::Contains("EndTxn was sent and never answered"));
}

TEST_CASE("outage: a flush that the broker does not answer says so in time, and another producer goes on",
          "[broker]") {
  KafkaBroker broker;
  auto client = client_of(broker, 2s);
  const TopicPartition partition = new_partition(*client, "t");
  auto producer = ok(client->idempotent_producer("p"));
  const auto produce = [&](std::string_view value) {
    const OutgoingRecord one = record("k", value);
    return producer->produce(partition, std::span{&one, 1});
  };
  ok(produce("first"));
  ok(producer->flush());
  broker.freeze();
  ok(produce("unknown"));  // it lies in the connection: the broker may take it when it lives again
  const auto began = std::chrono::steady_clock::now();
  CHECK(kind_of(producer->flush()) == LogErrorKind::kAbort);
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  CHECK(kind_of(producer->flush()) == LogErrorKind::kFatal);  // nothing more to be had from this one
  producer.reset();
  broker.thaw();
  LogResult<void> flushed;
  for (int i = 0; i < 10; ++i) {
    producer = ok(client->idempotent_producer("p"));
    flushed = produce("again");
    if (flushed.ok()) flushed = producer->flush();
    if (flushed.ok()) break;
  }
  ok(std::move(flushed));
}

TEST_CASE("outage: a reader says that nobody answers and goes on where it was", "[broker]") {
  KafkaBroker broker;
  auto client = client_of(broker);
  const TopicPartition partition = new_partition(*client, "t");
  const auto write = [&](const std::string& id) { ok(open_transaction(*client, partition, id)->commit()); };
  write("first");
  auto reader = ok(client->reader(Isolation::kReadCommitted, "r"));
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::vector<std::string> values;
  bool unreachable = false;
  const auto read_until = [&](auto holds) {
    for (const auto began = std::chrono::steady_clock::now();
         std::chrono::steady_clock::now() - began < 60s;) {
      auto batch = reader->fetch(partition, 10);
      if (!batch.ok()) {
        CHECK(batch.error().kind == LogErrorKind::kRetry);
        unreachable = true;
      } else {
        for (const RecordView& view : batch->records) values.emplace_back(*view.value);
      }
      if (holds()) return true;
      reader->wait(50ms);
    }
    return false;
  };
  REQUIRE(read_until([&] { return values == Strings{"first"}; }));
  broker.kill();
  REQUIRE(read_until([&] { return unreachable; }));
  broker.start();
  write("second");
  CHECK(read_until([&] { return values == Strings{"first", "second"}; }));
}

}  // namespace pactolus::conformance

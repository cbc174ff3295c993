#include <catch2/catch.hpp>
#include <csignal>

#include "faults/proxied_kafka.h"
#include "faults/raw_producer.h"
#include "kafka/test_client.h"
#include "reliability/ok.h"
#include "reliability/topic_follower.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

const std::string kNoError;  // as a RawProducer says it

constexpr int kFenced = 90;        // PRODUCER_FENCED
constexpr int kInvalidEpoch = 47;  // INVALID_PRODUCER_EPOCH, its name before

/// What a broker says to a transactional request: an error's number, 0 for none.
int16_t error_in(const LateAnswer& answer) {
  WireReader in(answer.body);
  in.i32();  // throttled for so long
  const int16_t error = in.i16();
  REQUIRE_FALSE(in.failed());
  return error;
}

/// A topic of two partitions, on a broker behind a proxy that holds the next EndTxn and resets its
/// connection: librdkafka sends another one, and all is well, but for the first one, which is under way.
struct LateEnd {
  LateEnd() : client(client_of(kafka.direct())) {
    static int counter = 0;
    topic = "late-" + std::to_string(++counter);
    const TopicSpec spec{topic, 2, 1, {}};
    patiently([&, admin = ok(client->admin())] { return admin->create_topics({&spec, 1}); });
  }
  ~LateEnd() { kafka.proxy().heal(); }

  void hold_next() { rule = kafka.proxy().add({.fault = Fault::kHold, .api = kEndTxn, .cut = true}); }
  /// Lets it arrive, and gives the broker's answer to it: an error's number, 0 for none.
  int arrive() {
    REQUIRE(kafka.proxy().done(rule) == 1);
    const auto answers = kafka.proxy().deliver_held();
    REQUIRE(answers.size() == 1);
    REQUIRE(answers[0].request.api == kEndTxn);
    return error_in(answers[0]);
  }
  /// What read_committed readers see.
  Strings seen() {
    TopicFollower follower(*client, topic, 2);
    follower.read();
    return follower.values();
  }
  /// The same, once it is that or kPatience is over: markers take a moment.
  Strings seen_at_last(const Strings& expected) {
    Strings values = seen();
    for (const auto until = std::chrono::steady_clock::now() + kPatience;
         values != expected && std::chrono::steady_clock::now() < until;)
      values = seen();
    return values;
  }

  ProxiedKafka& kafka = ProxiedKafka::one();
  std::unique_ptr<LogClient> client;
  std::string topic;
  int rule = -1;
};

TEST_CASE("without our rule a commit that arrives late commits the next transaction before its time",
          "[broker][wire][protocol]") {
  LateEnd late;
  RawProducer producer(late.kafka.proxied(), late.topic);
  REQUIRE(producer.init() == kNoError);
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "first") == kNoError);
  late.hold_next();
  REQUIRE(producer.commit() == kNoError);  // librdkafka tells nobody that the first try was lost
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "never committed") == kNoError);
  CHECK(late.arrive() == 0);
  CHECK(late.seen_at_last({"first", "never committed"}) == Strings{"first", "never committed"});
}

TEST_CASE("without our rule an abort that arrives late takes records out of the next transaction unnoticed",
          "[broker][wire][protocol]") {
  LateEnd late;
  RawProducer producer(late.kafka.proxied(), late.topic);
  REQUIRE(producer.init() == kNoError);
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "given up") == kNoError);
  late.hold_next();
  REQUIRE(producer.abort() == kNoError);
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "half of it") == kNoError);
  CHECK(late.arrive() == 0);
  REQUIRE(producer.produce(late.topic, 1, "the other half") == kNoError);
  CHECK(producer.commit() == kNoError);
  CHECK(late.seen_at_last({"the other half"}) == Strings{"the other half"});
}

std::unique_ptr<TransactionalProducer> opened(LogClient& client, const std::string& id) {
  auto producer = ok(client.producer({id, id, 20s}));
  ok(producer->init());
  ok(producer->begin());
  return producer;
}

void enqueue(TransactionalProducer& producer, const TopicPartition& to, const std::string& value) {
  const OutgoingRecord record{"k", value, {}, ProcessingTime{1'767'225'600'000'000}};
  ok(producer.produce(to, {&record, 1}));
}

/// Returns when the broker has it.
void produce(LogClient& client, TransactionalProducer& producer, const TopicPartition& to,
             const std::string& value) {
  auto admin = ok(client.admin());
  const auto end = [&] {
    return patiently([&] {
             return admin->offsets({&to, 1}, OffsetEdge::kEnd, Isolation::kReadUncommitted);
           })
        .front()
        .offset;
  };
  const Offset before = end();
  enqueue(producer, to, value);
  for (const auto until = std::chrono::steady_clock::now() + kPatience; end() == before;)
    REQUIRE(std::chrono::steady_clock::now() < until);
}

LogErrorKind kind_of_end(TransactionalProducer& producer, bool commits) {
  const auto kind = [](const auto& result) {
    REQUIRE_FALSE(result.ok());
    return result.error().kind;
  };
  return commits ? kind(producer.commit()) : kind(producer.abort());
}

/// The transaction whose end is lost is over, the late one is refused, and the next one is whole.
TEST_CASE("with our rule a commit or abort that arrives late is refused, and the next transaction is whole",
          "[broker][wire][protocol]") {
  const bool commits = GENERATE(true, false);
  LateEnd late;
  auto client = client_of(late.kafka.proxied());
  auto producer = opened(*client, late.topic);
  produce(*late.client, *producer, {late.topic, Partition{0}}, "first");
  late.hold_next();
  CHECK(kind_of_end(*producer, commits) == LogErrorKind::kDoubt);
  producer.reset();
  producer = opened(*client, late.topic);  // so the committer does in doubt
  produce(*late.client, *producer, {late.topic, Partition{0}}, "half of it");
  const int answer = late.arrive();
  CHECK((answer == kFenced || answer == kInvalidEpoch));
  const Strings before = commits ? Strings{"first"} : Strings{};
  CHECK(late.seen_at_last(before) == before);
  produce(*late.client, *producer, {late.topic, Partition{1}}, "the other half");
  ok(producer->commit());
  Strings after = before;
  after.insert(after.end(), {"half of it", "the other half"});
  CHECK(late.seen_at_last(after) == after);
}

/// A record of a transaction that is aborted: either it never arrives in time or its answer doesn't, and
/// librdkafka, which cannot send it again, gives its sequence number to the next transaction's record. The
/// broker takes that one for a repetition.
struct GivenUp {
  explicit GivenUp(bool arrives) {
    held = proxy.add({.fault = arrives ? Fault::kDropResponse : Fault::kHold, .api = kProduce, .cut = true});
    // No new connection: when the abort comes, the record is no request under way, but waits to be one.
    refused = proxy.add({.fault = Fault::kDropRequest, .api = kApiVersions, .count = kAlways, .cut = true});
  }
  /// Returns when librdkafka has noticed that the record's connection is gone, and tries another one.
  void wait_until_given_up() const {
    REQUIRE(proxy.wait_until_done(held, 1, kPatience));
    REQUIRE(proxy.wait_until_done(refused, 1, kPatience));
  }
  /// The next record is on its way now; the one that was given up comes first.
  void overtake() const {
    const int next = proxy.add({.fault = Fault::kDelayRequest, .api = kProduce, .delay = 1s});
    REQUIRE(proxy.wait_until_done(next, 1, kPatience));
    proxy.deliver_held();
  }
  FaultyProxy& proxy = ProxiedKafka::one().proxy();
  int held = -1;
  int refused = -1;
};

TEST_CASE("without our rule a record of an aborted transaction takes the place of the next one's",
          "[broker][wire][protocol]") {
  const bool arrives = GENERATE(true, false);
  LateEnd late;
  RawProducer producer(late.kafka.proxied(), late.topic);
  REQUIRE(producer.init() == kNoError);
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "aborted in time") == kNoError);
  const GivenUp given_up(arrives);
  producer.enqueue(late.topic, 0, "given up");
  given_up.wait_until_given_up();
  REQUIRE(producer.abort() == kNoError);
  given_up.proxy.heal();
  REQUIRE(producer.begin() == kNoError);
  producer.enqueue(late.topic, 0, "committed");
  given_up.overtake();
  CHECK(producer.commit() == kNoError);
  REQUIRE(producer.begin() == kNoError);
  REQUIRE(producer.produce(late.topic, 0, "after") == kNoError);
  CHECK(producer.commit() == kNoError);
  const Strings wrong = arrives ? Strings{"after"} : Strings{"given up", "after"};
  CHECK(late.seen_at_last(wrong) == wrong);
}

TEST_CASE("with our rule no record of an aborted transaction takes the place of the next one's",
          "[broker][wire][protocol]") {
  const bool arrives = GENERATE(true, false);
  LateEnd late;
  auto client = client_of(late.kafka.proxied());
  auto producer = opened(*client, late.topic);
  const TopicPartition to{late.topic, Partition{0}};
  produce(*late.client, *producer, to, "aborted in time");
  const GivenUp given_up(arrives);
  enqueue(*producer, to, "given up");
  given_up.wait_until_given_up();
  CHECK(kind_of_end(*producer, false) == LogErrorKind::kDoubt);
  given_up.proxy.heal();
  producer.reset();
  producer = opened(*client, late.topic);
  enqueue(*producer, to, "committed");
  given_up.overtake();
  ok(producer->commit());
  CHECK(late.seen_at_last({"committed"}) == Strings{"committed"});
}

/// What a worker would have to pay for: the results of a transaction become visible without its offsets, and
/// it dies before it can send them.
TEST_CASE("a worker's commit arrives late amid its next transaction, and it dies: nothing is doubled",
          "[broker][wire][protocol]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger());
  run.append(100);
  for (int life = 0; life < 3; ++life) {
    auto victim = run.start("a");
    run.feed_until(*victim, " is up", 4);
    const int held = proxy.add({.fault = Fault::kHold, .api = kEndTxn, .first = 5, .cut = true});
    run.feed_until([&] { return proxy.done(held) == 1; });
    const int amid = proxy.add({.fault = Fault::kDelayRequest, .api = kTxnOffsetCommit, .delay = 5s});
    run.feed_until([&] { return proxy.done(amid) == 1; });
    const auto answers = proxy.deliver_held();
    victim->send_signal(SIGKILL);
    REQUIRE(victim->wait().status == 128 + SIGKILL);
    REQUIRE(answers.size() == 1);
    const int16_t answer = error_in(answers[0]);
    CHECK((answer == kFenced || answer == kInvalidEpoch));
    proxy.heal();
  }
  auto last = run.start("a");
  run.check({last.get()});
}

}  // namespace
}  // namespace pactolus::testing

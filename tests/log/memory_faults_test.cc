#include "log/memory_test_log.h"

namespace pactolus {

namespace {

using Strings = std::vector<std::string>;

/// A TestLog whose next request of one kind is disturbed.
struct FaultyLog : TestLog {
  FaultyLog() {
    log.on_request([this](LogRequest request, std::string_view) {
      return request == disturbed ? std::exchange(fault, LogFault::kNone) : LogFault::kNone;
    });
  }
  void disturb(LogRequest request, LogFault how) {
    disturbed = request;
    fault = how;
  }
  LogRequest disturbed{};
  LogFault fault = LogFault::kNone;
};

}  // namespace

TEST_CASE("faults: a lost commit did not happen, a commit without an answer did; both are in doubt") {
  FaultyLog test;
  const bool request_lost = GENERATE(true, false);
  auto producer = test.producer("p");
  ok(producer->begin());
  ok(produce(*producer, test.partition, "value"));
  test.disturb(LogRequest::kCommit, request_lost ? LogFault::kLostRequest : LogFault::kLostAnswer);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kDoubt);
  CHECK(kind_of(producer->begin()) == LogErrorKind::kFatal);  // the object is dead
  test.producer("p");
  CHECK(test.committed_values() == (request_lost ? Strings{} : Strings{"value"}));
}

TEST_CASE("faults: an init or send_offsets without an answer leaves the producer in doubt") {
  FaultyLog test;
  auto member = test.member("a");
  const std::vector<std::string> topics = {"t"};
  ok(member->subscribe(topics));
  ok(member->poll());

  auto producer = ok(test.client.producer({"p", "p", std::chrono::seconds{10}}));
  test.disturb(LogRequest::kInit, LogFault::kLostAnswer);
  CHECK(kind_of(producer->init()) == LogErrorKind::kDoubt);

  producer = test.producer("p");
  ok(producer->begin());
  test.disturb(LogRequest::kSendOffsets, LogFault::kLostAnswer);
  CHECK(kind_of(send_offset(*producer, *member, test.partition, 1)) == LogErrorKind::kDoubt);
  CHECK(kind_of(member->committed(std::span{&test.partition, 1}, Duration{0})) == LogErrorKind::kRetry);
  test.producer("p");
  CHECK_FALSE(ok(member->committed(std::span{&test.partition, 1}, Duration{0})).at(0).offset);
}

TEST_CASE("faults: records that were not delivered leave only an abort") {
  FaultyLog test;
  const LogFault how = GENERATE(LogFault::kLostRequest, LogFault::kLostAnswer);
  auto producer = test.producer("p");
  ok(producer->begin());
  test.disturb(LogRequest::kProduce, how);
  CHECK(kind_of(produce(*producer, test.partition, "value")) == LogErrorKind::kAbort);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kAbort);
  ok(producer->abort());
  CHECK(test.all_values() == (how == LogFault::kLostAnswer ? Strings{"value"} : Strings{}));
  CHECK(test.committed_values().empty());
}

TEST_CASE("faults: a late commit takes effect when it arrives") {
  FaultyLog test;
  auto producer = test.producer("p");
  ok(producer->begin());
  ok(produce(*producer, test.partition, "value"));
  test.disturb(LogRequest::kCommit, LogFault::kLate);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kDoubt);
  CHECK(test.committed_values().empty());
  test.log.deliver_late();
  CHECK(test.committed_values() == Strings{"value"});
}

TEST_CASE("faults: a late commit of a fenced producer has no effect") {
  FaultyLog test;
  auto producer = test.producer("p");
  ok(producer->begin());
  ok(produce(*producer, test.partition, "old"));
  test.disturb(LogRequest::kCommit, LogFault::kLate);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kDoubt);
  auto successor = test.producer("p");
  ok(successor->begin());
  ok(produce(*successor, test.partition, "new"));
  test.log.deliver_late();
  CHECK(test.committed_values().empty());
  ok(successor->commit());
  CHECK(test.committed_values() == Strings{"new"});
}

TEST_CASE("faults: what reads and asks gets a retry, and a later call the answer") {
  FaultyLog test;
  test.log.append(test.partition, record("key", "value"));
  auto reader = ok(test.client.reader(Isolation::kReadCommitted, "reader"));
  const PartitionPosition start{test.partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  test.disturb(LogRequest::kFetch, LogFault::kLostAnswer);
  CHECK(kind_of(reader->fetch(test.partition, 10)) == LogErrorKind::kRetry);
  CHECK(ok(reader->fetch(test.partition, 10)).records.size() == 1);

  auto admin = ok(test.client.admin());
  const TopicSpec spec{"new", 1, 1, {}};
  const bool request_lost = GENERATE(true, false);
  test.disturb(LogRequest::kAdmin, request_lost ? LogFault::kLostRequest : LogFault::kLostAnswer);
  CHECK(kind_of(admin->create_topics(std::span{&spec, 1})) == LogErrorKind::kRetry);
  CHECK(ok(admin->describe_topics(std::span{&spec.name, 1})).empty() == request_lost);

  auto member = test.member("a");
  test.disturb(LogRequest::kPoll, LogFault::kLostRequest);
  CHECK(kind_of(member->poll()) == LogErrorKind::kRetry);
  ok(member->poll());
  test.disturb(LogRequest::kCommitted, LogFault::kLostRequest);
  CHECK(kind_of(member->committed(std::span{&test.partition, 1}, Duration{0})) == LogErrorKind::kRetry);
  ok(member->committed(std::span{&test.partition, 1}, Duration{0}));
}

TEST_CASE(
    "faults: what an idempotent producer could not deliver is told by its next call, and it is dead then") {
  FaultyLog test;
  const bool arrives = GENERATE(true, false);
  auto producer = ok(test.client.idempotent_producer("p"));
  const OutgoingRecord one{"key", "value", {}, ProcessingTime{1'000'000}};
  test.disturb(LogRequest::kProduceAtOnce, arrives ? LogFault::kLostAnswer : LogFault::kLostRequest);
  ok(producer->produce(test.partition, std::span{&one, 1}));
  CHECK(kind_of(GENERATE(true, false) ? producer->flush() : producer->produce(test.partition, {})) ==
        LogErrorKind::kAbort);
  CHECK(kind_of(producer->flush()) == LogErrorKind::kFatal);
  CHECK(test.committed_values() == (arrives ? Strings{"value"} : Strings{}));
}

}  // namespace pactolus

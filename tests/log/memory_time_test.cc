#include "log/memory_test_log.h"

namespace pactolus {

namespace {

const std::vector<std::string> kTopics = {"t"};
using Seconds = std::chrono::seconds;

bool is_lost(const GroupEvent& event) {
  const auto* revoked = std::get_if<Revoked>(&event);
  return revoked != nullptr && revoked->lost;
}

}  // namespace

TEST_CASE("time: a transaction is aborted and its producer fenced exactly when it is overdue") {
  TestLog test;
  auto producer = test.producer("p");
  ok(producer->begin());
  test.clock.advance(Seconds{60});  // begin() alone opens nothing
  ok(produce(*producer, test.partition, "value"));
  test.clock.advance(Seconds{10} - Duration{1});
  ok(produce(*producer, test.partition, "value"));
  test.clock.advance(Duration{1});
  test.log.tick();
  CHECK(kind_of(producer->commit()) == LogErrorKind::kFenced);
  CHECK(test.committed_values().empty());
  CHECK(test.all_values().size() == 2);
}

TEST_CASE("time: a member that does not poll is removed, learns that it is lost, and may come back") {
  TestLog test{2};
  auto stays = test.member("a");
  auto sleeps = test.member("b");
  ok(stays->subscribe(kTopics));
  ok(sleeps->subscribe(kTopics));
  CHECK(std::get<Assigned>(ok(stays->poll())).partitions.size() == 1);
  CHECK(std::get<Assigned>(ok(sleeps->poll())).partitions.size() == 1);
  auto stale = ok(sleeps->metadata());

  test.clock.advance(Seconds{9});
  CHECK(std::holds_alternative<std::monostate>(ok(stays->poll())));
  test.clock.advance(Seconds{1});
  CHECK(std::holds_alternative<Revoked>(ok(stays->poll())));
  ok(stays->reader().assign({}));
  CHECK(std::get<Assigned>(ok(stays->poll())).partitions.size() == 2);

  // It does not know yet: its offsets are refused.
  auto producer = test.producer("p");
  ok(producer->begin());
  CHECK(kind_of(send_offset(*producer, *sleeps, test.partition, 1)) == LogErrorKind::kRebalanced);

  CHECK(is_lost(ok(sleeps->poll())));
  CHECK(ok(sleeps->metadata())->generation() < 0);
  CHECK(std::holds_alternative<std::monostate>(ok(sleeps->poll())));
  ok(sleeps->reader().assign({}));
  CHECK(std::holds_alternative<Revoked>(ok(stays->poll())));
  ok(stays->reader().assign({}));
  CHECK(std::get<Assigned>(ok(sleeps->poll())).partitions.size() == 1);
  CHECK(ok(sleeps->metadata())->generation() > stale->generation());
}

TEST_CASE("time: a member whose session ends within a revoke is lost, and holds up nobody") {
  TestLog test{2};
  auto first = test.member("a");
  ok(first->subscribe(kTopics));
  CHECK(std::holds_alternative<Assigned>(ok(first->poll())));
  auto second = test.member("b");
  ok(second->subscribe(kTopics));
  CHECK_FALSE(std::get<Revoked>(ok(first->poll())).lost);
  test.clock.advance(Seconds{9});
  ok(second->poll());
  test.clock.advance(Seconds{1});
  CHECK(std::get<Assigned>(ok(second->poll())).partitions.size() == 2);
  CHECK(is_lost(ok(first->poll())));
}

TEST_CASE("time: without a session of its own a new twin still drives the old member out") {
  TestLog test;
  auto old = test.member("a");
  ok(old->subscribe(kTopics));
  ok(old->poll());
  test.clock.advance(Seconds{10});
  auto twin = test.member("a");
  ok(twin->subscribe(kTopics));
  CHECK(std::holds_alternative<Assigned>(ok(twin->poll())));
  CHECK(kind_of(old->poll()) == LogErrorKind::kTwin);
}

TEST_CASE("time: a dynamic member leaves the group when it closes") {
  TestLog test{2};
  auto stays = test.member("a");
  auto leaves = test.member("");
  ok(stays->subscribe(kTopics));
  ok(leaves->subscribe(kTopics));
  ok(stays->poll());
  ok(leaves->poll());
  leaves->close();
  CHECK(std::holds_alternative<Revoked>(ok(stays->poll())));
  ok(stays->reader().assign({}));
  CHECK(std::get<Assigned>(ok(stays->poll())).partitions.size() == 2);
}

TEST_CASE("time: a topic that comes into being is dealt out to those who subscribed to it") {
  TestLog test;
  auto member = test.member("a");
  const std::vector<std::string> topics = {"t", "later"};
  ok(member->subscribe(topics));
  CHECK(std::get<Assigned>(ok(member->poll())).partitions.size() == 1);
  test.log.create_topic({"later", 1, 1, {}});
  CHECK(std::holds_alternative<Revoked>(ok(member->poll())));
  ok(member->reader().assign({}));
  CHECK(std::get<Assigned>(ok(member->poll())).partitions.size() == 2);
}

TEST_CASE("time: a log that never waits answers at once what it would say after the timeout") {
  TestLog test;
  auto member = test.member("a");
  ok(member->subscribe(kTopics));
  ok(member->poll());
  auto producer = test.producer("p");
  ok(producer->begin());
  ok(send_offset(*producer, *member, test.partition, 1));
  const auto start = std::chrono::steady_clock::now();
  member->reader().wait(std::chrono::hours{1});
  CHECK(kind_of(member->committed(std::span{&test.partition, 1}, std::chrono::hours{1})) ==
        LogErrorKind::kRetry);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes{1});
}

}  // namespace pactolus

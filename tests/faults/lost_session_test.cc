#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "kafka/test_client.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// The first thing that a member's poll() tells besides nothing.
LogResult<GroupEvent> next_event(GroupMember& member) {
  for (const auto until = SteadyClock::now() + kPatience; SteadyClock::now() < until;) {
    auto event = member.poll();
    if (event.ok() && !std::holds_alternative<std::monostate>(*event)) return event;
    if (!event.ok() && event.error().kind != LogErrorKind::kRetry) return event;
    member.reader().wait(20ms);
  }
  FAIL("nothing happens");
  return GroupEvent{};
}

/// As in an outage in which the caller waits for another answer.
TEST_CASE("a member whose session ends while its caller is busy is no twin of itself", "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  auto client = client_of(kafka.proxied());
  const TopicSpec topic{"session", 1, 1, {}};
  patiently([&, admin = ok(client->admin())] { return admin->create_topics({&topic, 1}); });
  const auto join = [&] {
    auto member = ok(client->group_member({"session", "session-1", "session", 3s}));
    ok(member->subscribe({&topic.name, 1}));
    return member;
  };
  auto member = join();
  const auto assigned = ok(next_event(*member));
  REQUIRE(std::holds_alternative<Assigned>(assigned));
  const PartitionPosition start{{topic.name, Partition{0}}, Offset{0}};
  ok(member->reader().assign({&start, 1}));

  const int lost =
      proxy.add({.fault = Fault::kDropResponse, .api = kHeartbeat, .count = kAlways, .cut = true});
  std::this_thread::sleep_for(5s);  // longer than its session; the broker goes on to hear of it
  REQUIRE(proxy.wait_until_done(lost, 3, kPatience));
  proxy.heal();
  const int heartbeats = proxy.requests(kHeartbeat);
  for (const auto until = SteadyClock::now() + kPatience; proxy.requests(kHeartbeat) == heartbeats;) {
    REQUIRE(SteadyClock::now() < until);
    std::this_thread::sleep_for(5ms);
  }
  std::this_thread::sleep_for(500ms);  // for the answer
  // Its heartbeat without an id makes it a stranger, unless the news of the lost session comes first.
  const auto told = next_event(*member);
  if (told.ok()) {
    REQUIRE(std::holds_alternative<Revoked>(*told));
    CHECK(std::get<Revoked>(*told).lost);
  } else {
    CHECK(told.error().kind == LogErrorKind::kFenced);
  }

  member.reset();
  member = join();
  CHECK(std::holds_alternative<Assigned>(ok(next_event(*member))));
}

}  // namespace
}  // namespace pactolus::testing

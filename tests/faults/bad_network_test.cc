#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

TEST_CASE("connections that are reset all the time: nothing is lost or doubled, and it goes on",
          "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger());
  auto victim = start_with_all(run);
  int cut = 0;
  const auto began = SteadyClock::now();
  run.feed_until([&] {
    run.feed_for(300ms);
    cut += proxy.cut_connections(30);
    return cut >= 20 && SteadyClock::now() - began > 20s;
  });
  run.check({victim.get()});
}

TEST_CASE("every connection is reset at once, again and again: nothing is lost or doubled",
          "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger());
  run.append(100);
  auto victim = run.start("a", 2);
  for (int i = 0; i < 5; ++i) {
    run.feed_for(2s);
    run.feed_until([&] { return proxy.connections() >= 4; });
    CHECK(proxy.cut_connections() >= 4);
  }
  run.check({victim.get()});
}

/// What a slow network is tried with: each result of a window's close is a transaction of its own here, which
/// takes some ten answers.
constexpr int kFewEvents = 12;

TEST_CASE("200 ms until any answer: nothing is lost or doubled", "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  run.append(kFewEvents);
  kafka.proxy().set_latency(100ms);
  auto victim = run.start("a");
  const auto began = SteadyClock::now();
  run.wait_until_passed(*victim);
  CHECK(SteadyClock::now() - began > 2s);
  kafka.proxy().heal();
  run.check({victim.get()});
}

TEST_CASE("64 kbit/s: nothing is lost or doubled", "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  run.append(100);
  auto victim = run.start("a");
  run.feed_until(*victim, " is up", 4);
  run.wait_until_passed(*victim);
  const int64_t stopped = kafka.proxy().stopped();
  kafka.proxy().set_bytes_per_second(8000);
  run.append(kFewEvents);
  run.wait_until_passed(*victim);
  CHECK(kafka.proxy().stopped() > stopped);
  kafka.proxy().heal();
  run.check({victim.get()});
}

/// Its requests vanish, and so do the answers that it waits for; nobody resets anything.
TEST_CASE("a worker that the network cuts off loses its tasks to the other, and comes back with nothing",
          "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger());
  // Of more workers than partitions, the first by name have the tasks: `leaves` takes them all.
  auto stays = start_with_all(run, "stays");
  auto leaves = run.start("leaves", 2);
  run.feed_until(*leaves, " is up", 1);
  const int rule = proxy.add({.fault = Fault::kDropRequest, .client_id = "-leaves-", .count = kAlways});
  run.append(kFewEvents);
  run.wait_until_passed(*stays);  // which has all tasks
  CHECK(proxy.done(rule) > 0);
  run.feed_for(3s);
  const int up = leaves->times_in_err(" is up");
  proxy.heal();
  proxy.cut_connections();  // or it would wait a minute for answers to what has vanished
  run.feed_until(*leaves, " is up", up + 1);
  run.check({leaves.get(), stays.get()});
}

}  // namespace
}  // namespace pactolus::testing

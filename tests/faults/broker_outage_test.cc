#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// Longer than every session and transaction.
constexpr auto kPause = 30s;

constexpr const char* kUp = " is up";

/// A process with two workers and all the tasks.
std::unique_ptr<Program> running(LedgerRun& run, int tasks = 4) {
  run.append(100);
  auto victim = run.start("a", 2);
  run.feed_until(*victim, kUp, tasks);
  return victim;
}

TEST_CASE("the only broker is killed amid the work and comes back, twice: nothing is lost or doubled",
          "[broker][outage]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  auto victim = running(run);
  for (int outage = 0; outage < 2; ++outage) {
    run.feed_for(1s);
    kafka.broker().kill();
    std::this_thread::sleep_for(2s);
    kafka.broker().start();
    run.wait_until_passed();
  }
  run.check({victim.get()});
}

TEST_CASE("the only broker stands still for half a minute: nothing is lost or doubled", "[broker][outage]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  auto victim = running(run);
  run.feed_for(1s);
  kafka.broker().freeze();
  std::this_thread::sleep_for(kPause);
  kafka.broker().thaw();
  run.wait_until_passed();
  run.check({victim.get()});
}

/// Whom the cluster names, once it names another one.
template <class Ask>
int another_than(int node, Ask ask) {
  int now = node;
  for (const auto until = SteadyClock::now() + 30s;
       (now == node || now == 0) && SteadyClock::now() < until;) {
    std::this_thread::sleep_for(kLookInterval);
    now = ask();
  }
  return now;
}

/// Three brokers and a run on them, and who coordinates it.
struct Cluster {
  explicit Cluster(std::chrono::milliseconds call_timeout = 10s) : run(2, kafka.ledger(call_timeout)) {}
  int transaction_coordinator() { return kafka.transaction_coordinator(run.name() + "-a-0"); }
  int group_coordinator() { return kafka.group_coordinator(run.name()); }
  int leader() { return kafka.leader(run.name() + ".events", 0); }

  /// Kills whom `ask` names, with the work going on meanwhile; another one must take its place.
  template <class Ask>
  void kill(Ask ask) {
    const int node = ask();
    REQUIRE(node > 0);
    kafka.broker().kill(node);
    CHECK(another_than(node, ask) != node);
    run.feed_for(2s);
    run.wait_until_passed();  // two of three are enough
    kafka.broker().start();
    run.feed_for(1s);
  }

  ProxiedKafka& kafka = ProxiedKafka::three();
  LedgerRun run;
};

TEST_CASE("three brokers: the coordinator of its transactions, that of its group and a leader are killed",
          "[broker][cluster]") {
  Cluster cluster;
  auto victim = running(cluster.run);
  cluster.kill([&] { return cluster.transaction_coordinator(); });
  cluster.kill([&] { return cluster.group_coordinator(); });
  cluster.kill([&] { return cluster.leader(); });
  cluster.run.check({victim.get()});
}

TEST_CASE("three brokers: leaders and coordinators move while all run: nothing is lost or doubled",
          "[broker][cluster]") {
  Cluster cluster;
  auto victim = running(cluster.run);
  const int node = cluster.transaction_coordinator();
  cluster.kafka.broker().kill(node);
  const int substitute = another_than(node, [&] { return cluster.transaction_coordinator(); });
  CHECK(substitute != node);
  cluster.kafka.broker().start();
  cluster.run.wait_until_passed();
  // A replica must have caught up before it may lead again.
  const auto moved_back = [&] {
    cluster.kafka.elect_preferred_leaders();
    return cluster.transaction_coordinator() == node;
  };
  cluster.run.feed_until(moved_back);
  cluster.run.feed_for(2s);
  cluster.run.check({victim.get()});
}

TEST_CASE("three brokers: the coordinator of its transactions stands still for half a minute",
          "[broker][cluster]") {
  Cluster cluster;
  auto victim = running(cluster.run);
  const int node = cluster.transaction_coordinator();
  cluster.kafka.broker().freeze(node);
  const auto began = SteadyClock::now();
  CHECK(another_than(node, [&] { return cluster.transaction_coordinator(); }) != node);
  cluster.run.append(100);
  cluster.run.wait_until_passed();
  CHECK(SteadyClock::now() - began < kPause);  // the others went on without it
  std::this_thread::sleep_until(began + kPause);
  cluster.kafka.broker().thaw(node);
  cluster.run.feed_for(3s);
  cluster.run.check({victim.get()});
}

TEST_CASE("three brokers: all are killed and come back: nothing is lost or doubled", "[broker][cluster]") {
  Cluster cluster;
  auto victim = running(cluster.run);
  cluster.run.feed_for(1s);
  cluster.kafka.broker().kill();
  std::this_thread::sleep_for(2s);
  cluster.kafka.broker().start();
  cluster.run.wait_until_passed();
  cluster.run.check({victim.get()});
}

}  // namespace
}  // namespace pactolus::testing

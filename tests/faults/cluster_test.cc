#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// Longer than every session and transaction of ours, and than brokers believe that a silent one lives.
constexpr auto kPause = 30s;

constexpr int kNobody = 0;

/// Whom the cluster names, once it names another one: while that moves, it names nobody.
template <class Ask>
int another_than(int node, Ask ask) {
  int now = node;
  for (const auto until = SteadyClock::now() + kPatience;
       (now == node || now <= kNobody) && SteadyClock::now() < until;) {
    std::this_thread::sleep_for(kLookInterval);
    now = ask();
  }
  REQUIRE(now > kNobody);
  REQUIRE(now != node);
  return now;
}

/// Three brokers, a process that runs on them, and who coordinates it.
struct Cluster {
  int transaction_coordinator() { return kafka.transaction_coordinator(run.name() + "-a-0"); }
  int group_coordinator() { return kafka.group_coordinator(run.name()); }
  int leader() { return kafka.leader(run.name() + ".events", 0); }

  /// Kills whom `ask` names, with the work going on meanwhile; another one must take its place.
  template <class Ask>
  void kill(Ask ask) {
    const int node = another_than(kNobody, ask);
    kafka.broker().kill(node);
    another_than(node, ask);
    run.feed_for(2s);
    run.wait_until_passed(*victim);  // two of three are enough
    kafka.broker().start();
    run.feed_for(1s);
  }

  ProxiedKafka& kafka = ProxiedKafka::three();
  LedgerRun run{2, kafka.ledger()};
  std::unique_ptr<Program> victim = start_with_all(run);
};

TEST_CASE("three brokers: the coordinator of its transactions, that of its group and a leader are killed",
          "[.cluster]") {
  Cluster cluster;
  cluster.kill([&] { return cluster.transaction_coordinator(); });
  cluster.kill([&] { return cluster.group_coordinator(); });
  cluster.kill([&] { return cluster.leader(); });
  cluster.run.check({cluster.victim.get()});
}

TEST_CASE("three brokers: leaders and coordinators move while all run: nothing is lost or doubled",
          "[.cluster]") {
  Cluster cluster;
  const int node = another_than(
      kNobody, [&] { return cluster.kafka.preferred_transaction_coordinator(cluster.run.name() + "-a-0"); });
  // A replica must have caught up before it may lead again: the case before left some that have to.
  const auto moved_back = [&] {
    cluster.kafka.elect_preferred_leaders();
    return cluster.transaction_coordinator() == node;
  };
  cluster.run.feed_until(moved_back);
  cluster.kafka.broker().kill(node);
  another_than(node, [&] { return cluster.transaction_coordinator(); });
  cluster.kafka.broker().start();
  cluster.run.wait_until_passed(*cluster.victim);
  cluster.run.feed_until(moved_back);
  cluster.run.feed_for(2s);
  cluster.run.check({cluster.victim.get()});
}

TEST_CASE("three brokers: the coordinator of its transactions stands still, and the others go on without it",
          "[.cluster]") {
  Cluster cluster;
  const int node = another_than(kNobody, [&] { return cluster.transaction_coordinator(); });
  cluster.kafka.broker().freeze(node);
  const auto began = SteadyClock::now();
  another_than(node, [&] { return cluster.transaction_coordinator(); });
  cluster.run.append(100);
  cluster.run.wait_until_passed(*cluster.victim);
  std::this_thread::sleep_until(began + kPause);
  cluster.kafka.broker().thaw(node);
  cluster.run.feed_for(3s);  // it is back, and believes for a moment that it leads
  cluster.run.check({cluster.victim.get()});
}

TEST_CASE("three brokers: all are killed and come back: nothing is lost or doubled", "[.cluster]") {
  Cluster cluster;
  cluster.run.feed_for(1s);
  cluster.kafka.broker().kill();
  std::this_thread::sleep_for(2s);
  cluster.kafka.broker().start();
  cluster.run.wait_until_passed(*cluster.victim);
  cluster.run.check({cluster.victim.get()});
}

}  // namespace
}  // namespace pactolus::testing

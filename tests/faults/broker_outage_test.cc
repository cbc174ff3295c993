#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace pactolus::testing

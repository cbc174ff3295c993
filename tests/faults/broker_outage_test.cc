#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the only broker is killed amid the work and comes back, twice: nothing is lost or doubled",
          "[broker][outage]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  auto victim = start_with_all(run);
  for (int outage = 0; outage < 2; ++outage) {
    run.feed_for(1s);
    kafka.broker().kill();
    std::this_thread::sleep_for(2s);
    kafka.broker().start();
    run.wait_until_passed(*victim);
  }
  run.check({victim.get()});
}

TEST_CASE("the only broker stands still for half a minute: nothing is lost or doubled", "[broker][outage]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  LedgerRun run(2, kafka.ledger());
  auto victim = start_with_all(run);
  run.feed_for(1s);
  kafka.broker().freeze();
  std::this_thread::sleep_for(30s);  // longer than every session and transaction
  kafka.broker().thaw();
  run.wait_until_passed(*victim);
  run.check({victim.get()});
}

}  // namespace
}  // namespace pactolus::testing

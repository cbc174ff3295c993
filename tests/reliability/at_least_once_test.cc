#include <catch2/catch.hpp>
#include <csignal>
#include <random>

#include "reliability/ledger_run.h"

namespace pactolus::testing {
namespace {

TEST_CASE("at least once: kill -9 around a transaction loses nothing, doubles results alone", "[broker]") {
  LedgerRun run(2, Repeats::kAllowed);
  run.append(100);
  for (const char* point : {"after produce:20", "before changelog:3", "before results:3", "after results:3",
                            "before send_offsets:3", "before commit:3", "after commit:3", "amid apply:3"}) {
    auto victim = run.start("a", 1, {std::string(point) + ":KILL"});
    run.feed_until_killed_at(*victim, {std::string(point).substr(0, std::string(point).find(':'))});
  }
  auto last = run.start("a");
  run.check({last.get()});
  CHECK(run.repeated() > 0);
}

TEST_CASE("at least once: kill -9 twelve times at random under load loses nothing, doubles results alone",
          "[broker]") {
  LedgerRun run(2, Repeats::kAllowed);
  std::mt19937 random(7);
  int worked = 0;
  for (int i = 0; i < 12; ++i) {
    auto victim = run.start("a");
    run.feed_until(*victim, " is up", 4);
    run.feed_for(std::chrono::milliseconds{random() % 1000});
    victim->send_signal(SIGKILL);
    const ProgramResult result = victim->wait();
    REQUIRE(result.status == 128 + SIGKILL);
    worked += result.err.find(" is up") != std::string::npos ? 1 : 0;
  }
  CHECK(worked == 12);
  auto last = run.start("a");
  run.check({last.get()});
}

TEST_CASE("at least once: a process that others have replaced may repeat results, and changes no state",
          "[broker]") {
  LedgerRun run(2, Repeats::kAllowed);
  run.append(100);
  auto sleeper = run.start("a", 1, {"before results:3:STOP"});
  run.feed_until(*sleeper, "victim: STOP at before results");
  auto successor = run.start("b");
  run.feed_until(*successor, " is up", 4);  // the tasks of both sub-topologies
  sleeper->send_signal(SIGCONT);
  run.feed_for(std::chrono::seconds{3});
  run.check({sleeper.get(), successor.get()});
}

}  // namespace
}  // namespace pactolus::testing

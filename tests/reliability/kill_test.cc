#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "reliability/ledger_run.h"

namespace pactolus::testing {
namespace {

struct Kill {
  std::string point;
  int nth;  // time it is passed in a life
  std::string stop_point() const { return point + ":" + std::to_string(nth) + ":KILL"; }
};

/// One life for each, one after the other, over the same topics and disk; events keep coming.
void kill_at_each(const std::vector<Kill>& kills) {
  LedgerRun run;
  run.append(100);
  for (const Kill& kill : kills) {
    auto victim = run.start("a", 1, {kill.stop_point()});
    run.feed_until_killed_at(*victim, {kill.point});
  }
  auto last = run.start("a");
  run.check({last.get()});
}

int times(const char* variable, int usual) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? usual : std::atoi(wanted);
}

TEST_CASE("kill -9 before and after each call of a transaction loses and doubles nothing", "[broker]") {
  kill_at_each({{"before init", 1},
                {"after init", 1},
                {"before begin", 3},
                {"after begin", 3},
                {"before produce", 4},
                {"after produce", 4},
                {"before changelog", 3},
                {"after changelog", 3},
                {"before send_offsets", 3},
                {"after send_offsets", 3},
                {"before commit", 3},
                {"after commit", 3},  // Kafka has it, nothing here has
                {"amid apply", 3},    // one task's changes have been moved, the other's not
                {"after apply", 3}});
}

TEST_CASE("kill -9 amid checkpoints, rounds, purges, restores and window closes loses and doubles nothing",
          "[broker]") {
  kill_at_each({{"before checkpoint", 3},
                {"amid checkpoint", 3},
                {"after checkpoint", 3},
                {"before round", 1},
                {"before delete_records", 2},
                {"after delete_records", 2},
                {"before restore", 1},
                {"amid restore", 2},
                {"after restore", 2},
                {"before purge", 2},
                {"after purge", 2},
                {"amid close", 1},
                {"amid close", 7}});
}

TEST_CASE("kill -9 while a request of a transaction is under way loses and doubles nothing", "[broker]") {
  LedgerRun run;
  run.append(100);
  for (const char* call : {"before commit", "before send_offsets", "before changelog"}) {
    for (int micros : {200, 700, 2000}) {
      auto victim = run.start("a", 1, {std::string(call) + ":5:KILL:" + std::to_string(micros)});
      run.feed_until_killed_at(*victim, {call});
    }
  }
  auto last = run.start("a");
  run.check({last.get()});
}

TEST_CASE("kill -9 fifty times at random under load loses and doubles nothing", "[broker]") {
  const int kills = times("PACTOLUS_KILLS", 50);
  LedgerRun run;
  std::mt19937 random(7);
  int worked = 0;
  for (int i = 0; i < kills; ++i) {
    auto victim = run.start("a");
    if (i % 4 != 0) run.feed_until(*victim, " is up", 4);
    run.feed_for(std::chrono::milliseconds{random() % 1000});
    victim->send_signal(SIGKILL);
    const ProgramResult result = victim->wait();
    REQUIRE(result.status == 128 + SIGKILL);
    worked += result.err.find(" is up") != std::string::npos ? 1 : 0;
  }
  CHECK(worked >= kills * 3 / 4);
  auto last = run.start("a");
  run.check({last.get()});
}

}  // namespace
}  // namespace pactolus::testing

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "reliability/ledger_run.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

constexpr int32_t kPartitions = 4;
constexpr int kTasks = 2 * kPartitions;  // the repartition topic has as many
constexpr const char* kUp = " is up";

/// Two processes with two workers each share the tasks.
struct TwoProcesses {
  explicit TwoProcesses(LedgerRun& run, const std::vector<std::string>& stops_of_first = {}) {
    run.append(100);
    second = run.start("b", 2);
    run.feed_until(*second, kUp, kTasks);
    first = run.start("a", 2, stops_of_first);
    run.feed_until(*first, kUp, 1);
  }
  std::unique_ptr<Program> first;
  std::unique_ptr<Program> second;
};

/// It alone runs all tasks: what comes from now on comes out, of every partition.
void wait_until_taken_over(LedgerRun& run, const Program& by) {
  run.append(100);
  run.wait_until_passed(by);
}

TEST_CASE("kill -9 of one of two processes: the other takes its tasks over, and gives them back",
          "[broker]") {
  LedgerRun run(kPartitions);
  TwoProcesses processes(run);
  processes.first->send_signal(SIGKILL);
  REQUIRE(processes.first->wait().status == 128 + SIGKILL);
  wait_until_taken_over(run, *processes.second);
  auto again = run.start("a", 2);
  run.feed_until(*again, kUp, 1);
  run.check({again.get(), processes.second.get()});
}

/// The first process has one worker and a group of its own, so its first revoke is the one for the second
/// process: a worker beside it, or a member that is missed, would have its tasks revoked before they are up.
void kill_amid_revoke(const std::string& point) {
  LedgerRun run(kPartitions);
  run.append(100);
  auto revoked = run.start("a", 1, {point + ":1:KILL"});
  run.feed_until(*revoked, kUp, kTasks);
  auto joining = run.start("b", 2);
  run.feed_until_killed_at(*revoked, {point});
  run.feed_until(*joining, kUp, kTasks);  // all of them, once the other's session has ended
  joining->send_signal(SIGTERM);
  REQUIRE(joining->wait().status == 0);
  auto last = run.start("a", 2);
  run.check({last.get()});
}

TEST_CASE("kill -9 before a revoke loses and doubles nothing", "[broker]") {
  kill_amid_revoke("before revoke");
}

TEST_CASE("kill -9 amid a revoke loses and doubles nothing", "[broker]") { kill_amid_revoke("amid revoke"); }

/// What a process says whose tasks were given to others while it did not run.
bool knows_that_it_was_away(const std::string& err) {
  for (const char* sign : {"fenced: ", "its session had ended", "the group has moved on",
                           "leaving a transaction for the next"}) {
    if (err.find(sign) != std::string::npos) return true;
  }
  return false;
}

/// The first process stands still amid a transaction until the other has its tasks and uses them; then it
/// runs on.
void freeze_amid(const std::string& point) {
  INFO(point);
  LedgerRun run(kPartitions);
  TwoProcesses processes(run, {point + ":20:STOP"});
  run.feed_until(*processes.first, "victim: STOP at " + point);
  wait_until_taken_over(run, *processes.second);
  const int up = processes.first->times_in_err(kUp);
  processes.first->send_signal(SIGCONT);
  run.feed_until(*processes.first, kUp, up + 1);  // it comes back as a member with nothing of its own
  processes.first->send_signal(SIGTERM);
  const ProgramResult first = processes.first->wait();
  INFO(first.err);
  CHECK(first.status == 0);
  CHECK(knows_that_it_was_away(first.err));
  run.check({processes.second.get()});
}

TEST_CASE("a process frozen before it sends its offsets is fenced: nothing of its transaction is ever seen",
          "[broker]") {
  freeze_amid("before send_offsets");
}

TEST_CASE("a process frozen before its commit is fenced: nothing of its transaction is ever seen",
          "[broker]") {
  freeze_amid("before commit");
}

TEST_CASE("a process frozen between Kafka's commit and its own does not repeat what it committed",
          "[broker]") {
  freeze_amid("after commit");
}

TEST_CASE("kill -9 while a process that was frozen gives its tasks up loses and doubles nothing",
          "[broker]") {
  LedgerRun run(kPartitions);
  // Each of its workers learns in one of these ways that it was away.
  TwoProcesses processes(run, {"before changelog:20:STOP", "before abort:1:KILL", "tasks lost:1:KILL"});
  run.feed_until(*processes.first, "victim: STOP at before changelog");
  wait_until_taken_over(run, *processes.second);
  processes.first->send_signal(SIGCONT);
  run.feed_until_killed_at(*processes.first, {"before abort", "tasks lost"});
  auto again = run.start("a", 2);
  run.feed_until(*again, kUp, 1);
  run.check({again.get(), processes.second.get()});
}

/// Each has a place of its own in the group, and is missed there until its session ends.
TEST_CASE("processes that join and leave every two seconds for a minute lose and double nothing",
          "[broker]") {
  LedgerRun run(kPartitions);
  run.append(100);
  auto stays = run.start("stays", 2);
  run.feed_until(*stays, kUp, kTasks);
  int moved = 0;
  for (int i = 0; i < 30; ++i) {
    auto visitor = run.start("visitor-" + std::to_string(i % 4), 2);
    run.feed_until(*visitor, "running with");  // a process that has just begun does not know SIGTERM yet
    run.feed_for(std::chrono::seconds{2});
    if (i % 5 == 4) run.feed_until(*visitor, kUp);  // where two seconds are not enough
    visitor->send_signal(i % 3 == 0 ? SIGKILL : SIGTERM);
    const ProgramResult gone = visitor->wait();
    CHECK(gone.status == (i % 3 == 0 ? 128 + SIGKILL : 0));
    moved += gone.err.find(kUp) != std::string::npos ? 1 : 0;
  }
  CHECK(moved >= 3);
  CHECK(stays->times_in_err("the group has given this worker") >= 10);
  run.check({stays.get()});
}

TEST_CASE("a rolling restart with an edited topology loses and doubles nothing", "[broker]") {
  LedgerRun run(kPartitions);
  TwoProcesses processes(run);
  for (auto* process : {&processes.first, &processes.second}) {
    (*process)->send_signal(SIGTERM);
    REQUIRE((*process)->wait().status == 0);
    *process = run.start(process == &processes.first ? "a" : "b", 2, {}, 2);
    run.feed_until(**process, kUp, 2);
  }
  run.check({processes.first.get(), processes.second.get()});
  size_t second_edition = 0;
  for (const std::string& value : run.passed())
    second_edition += value.find("\"edition\":2") != std::string::npos;
  CHECK(second_edition > 0);
  CHECK(second_edition < run.passed().size());
}

TEST_CASE("a client that takes a worker's transactional id fences it once: it restores and goes on",
          "[broker]") {
  LedgerRun run;
  run.append(100);
  auto victim = run.start("a");
  run.feed_until(*victim, kUp, 4);
  // Amid a transaction the broker may let the thief in only at its second try, which fences the worker twice:
  // as a twin would.
  run.wait_until_passed(*victim);
  run.wait_until_quiet();
  {
    auto thief = ok(run.client().producer({run.name() + "-a-0", "thief", std::chrono::seconds{10}}));
    ok(thief->init());
  }
  run.feed_until(*victim, "fenced: ");
  run.feed_until(*victim, kUp, 8);
  run.check({victim.get()});
}

TEST_CASE(
    "a client that takes a worker's transactional id again and again ends it, and the next life goes on",
    "[broker]") {
  LedgerRun run;
  run.append(100);
  auto victim = run.start("a");
  run.feed_until(*victim, kUp, 4);
  for (int i = 0; i < 200 && !victim->has_ended(); ++i) {
    run.append(16);
    auto thief = ok(run.client().producer({run.name() + "-a-0", "thief", std::chrono::seconds{10}}));
    auto taken = thief->init();  // the victim may be quicker
  }
  REQUIRE(victim->has_ended());
  const ProgramResult result = victim->wait();
  CHECK(result.status == 1);
  CHECK(result.err.find("another process uses the transactional id " + run.name() + "-a-0") !=
        std::string::npos);
  auto next = run.start("a");
  run.check({next.get()});
}

}  // namespace
}  // namespace pactolus::testing

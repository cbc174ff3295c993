// When a worker commits.
#include <catch2/catch.hpp>
#include <string_view>
#include <vector>

#include "runtime/simulation.h"
#include "runtime/worker.h"

namespace pactolus::testing {
namespace {

using std::chrono::milliseconds;

/// What the worker's probe knows: it takes no arguments of a test's.
struct Commits {
  ManualClock* clock = nullptr;
  milliseconds each_takes{};
  std::vector<ProcessingTime> begun;
};
Commits commits;

void on_point(const char* point) {
  if (point == std::string_view{"before changelog"}) {
    commits.begun.push_back(commits.clock->now());
    commits.clock->advance(commits.each_takes);
  }
}

/// From the begin of one commit to that of the next, while records come each millisecond.
std::vector<milliseconds> times_between(milliseconds interval, milliseconds each_takes) {
  Simulation s(kCopyTopology, 1, {"events"}, {"out"});
  const auto logger = make_silent_logger();
  MemoryLogClient client(s.log());
  commits = {&s.clock(), each_takes, {}};
  Worker worker({.instance = "host", .nonce = 1, .commit_interval = interval, .probe = on_point}, s.context(),
                client, s.clock(), *logger);
  for (int i = 0; i < 2'000; ++i) {
    s.append("events", 0, "a", R"({"k":"a"})");
    REQUIRE(worker.turn().ok());
    s.clock().advance(milliseconds{1});
  }
  std::vector<milliseconds> between;
  for (size_t i = 1; i < commits.begun.size(); ++i)
    between.push_back(std::chrono::duration_cast<milliseconds>(commits.begun[i] - commits.begun[i - 1]));
  REQUIRE(between.size() > 10);
  return between;
}

void check_each(const std::vector<milliseconds>& times, milliseconds expected) {
  for (const milliseconds time : times) CHECK(time == expected);
}

}  // namespace

TEST_CASE("worker: the commit interval is counted from the begin of a commit") {
  check_each(times_between(milliseconds{20}, milliseconds{8}), milliseconds{20});
}

TEST_CASE("worker: where commits are slow, half an interval's work lies between two of them") {
  check_each(times_between(milliseconds{20}, milliseconds{50}), milliseconds{60});
}

}  // namespace pactolus::testing

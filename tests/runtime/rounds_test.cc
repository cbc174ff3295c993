#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "runtime/simulated_disks.h"
#include "runtime/simulation.h"

namespace pactolus::testing {
namespace {

constexpr const char* kTopology = R"yaml(
topology: rounds
sources:
  events:
    topic: events
    key: k
    time: {field: at, disorder: 5s}
    fields: {k: text, v: "numeric(12,2)",
                     at : timestamptz
}
steps:
  running:
    from: events
    aggregate:
      by: k
      emit: changes
      select: {n: count(*), total: sum(v), highest: max(k)}
  minutes:
    from: events
    aggregate:
      by: k
      window: {tumbling: 1m}
      emit: final
      select: {n: count(*)}
sinks:
  counts: {from: running, topic: counts, key: k}
  minutes: {from: minutes, topic: minutes, key: [k, window_start]}
)yaml";

/// One task under random updates, over a disk and a memory far too small, dying now and then.
class History {
 public:
  explicit History(uint32_t seed)
      : random_(seed), simulation_(kTopology, 1, {"events"}, {"counts", "minutes"}) {
    simulation_.set_state([this](int number) {
      StateOptions options = disks_.options(number, 40 << 10);
      options.rounds.log_bytes_min = 1 << 10;
      return options;
    });
    if (seed % 2 == 0) {
      simulation_.log().on_request([this](LogRequest request, std::string_view) {
        bool commits = request == LogRequest::kCommit;
        return faults_ && commits && random_() % 12 == 0 ? LogFault::kLostRequest : LogFault::kNone;
      });
    }
    simulation_.start(0);
  }

  /// `keys`: how many may come. Looks at the log after each step.
  void run(int steps, uint32_t keys) {
    for (int step = 0; step < steps; ++step) {
      append(keys, 1 + random_() % 60);
      if (random_() % 40 == 0) die();
      for (int turn = 0; turn < 12; ++turn) {
        simulation_.turn(0);
        simulation_.clock().advance(std::chrono::milliseconds{30});
      }
      look();
    }
  }

  /// Everybody who begins with the log alone has the same state.
  void check_stranger() {
    faults_ = false;
    simulation_.drain();
    auto known = rows();
    simulation_.kill(0);
    disks_ = {};
    simulation_.start(0);
    simulation_.drain();
    CHECK(rows() == known);
    CHECK(known > 0);
  }

  double worst_ratio() const { return worst_; }
  int64_t purged() { return start(); }
  int deaths() const { return deaths_; }

 private:
  void append(uint32_t keys, uint32_t count) {
    for (; count > 0; --count) {
      std::string k = "key-" + std::to_string(random_() % keys);
      second_ += random_() % 30 == 0 ? 1 + random_() % 20 : 0;
      char at[32];
      std::snprintf(at, sizeof at, "2026-01-%02dT%02d:%02d:%02dZ", static_cast<int>(1 + second_ / 86400),
                    static_cast<int>(second_ / 3600 % 24), static_cast<int>(second_ / 60 % 60),
                    static_cast<int>(second_ % 60));
      simulation_.append("events", 0, k, R"({"k":")" + k + R"(","v":1.25,"at":")" + at + "\"}");
    }
  }

  void die() {
    simulation_.kill(0);
    if (random_() % 3 == 0) disks_.harm(0, random_);
    simulation_.start(0);
    ++deaths_;
  }

  TopicPartition changelog() { return {simulation_.plan().changelog_topic("events"), Partition{0}}; }
  int64_t start() {
    MemoryLogClient client(simulation_.log());
    auto admin = client.admin();
    TopicPartition partition = changelog();
    auto starts = (*admin)->offsets({&partition, 1}, OffsetEdge::kStart, Isolation::kReadUncommitted);
    REQUIRE(starts);
    return starts->front().offset.value();
  }

  uint64_t rows() {
    REQUIRE(simulation_.worker(0).tasks().size() == 1);
    return simulation_.worker(0).tasks().front()->state().rows();
  }

  void look() {
    auto tasks = simulation_.worker(0).tasks();
    if (tasks.empty()) return;
    largest_ = std::max(largest_, tasks.front()->state().image_bytes());
    uint64_t log = 0;
    for (const OwnedRecord& record : simulation_.log().read(changelog(), Isolation::kReadUncommitted))
      log += record.value->size();
    if (largest_ > 60'000)
      worst_ = std::max(worst_, static_cast<double>(log) / static_cast<double>(largest_));
  }

  std::mt19937 random_;
  SimulatedDisks disks_;
  Simulation simulation_;
  bool faults_ = true;
  uint64_t second_ = 0;
  uint64_t largest_ = 0;
  double worst_ = 0;
  int deaths_ = 0;
};

}  // namespace

TEST_CASE("rounds: the changelog stays below 7 times the state, also when tasks die and disks are lost") {
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.run(1500, 1200);
    CHECK(history.purged() > 0);
    CHECK(history.deaths() > 10);
    CHECK(history.worst_ratio() > 2);  // it was looked at
    CHECK(history.worst_ratio() <= 7);
    UNSCOPED_INFO("worst " << history.worst_ratio());
    history.check_stranger();
  }
}

}  // namespace pactolus::testing

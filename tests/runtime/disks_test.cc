#include <catch2/catch.hpp>

#include "data/partitioner.h"
#include "runtime/simulated_disks.h"
#include "runtime/simulation.h"

namespace pactolus::testing {
namespace {

constexpr const char* kTopology = R"(
topology: disks
sources:
  events: {topic: events, key: k, fields: {k: text, v: bigint}}
steps:
  running:
    from: events
    aggregate: {by: k, emit: changes, select: {n: count(*), total: sum(v)}}
sinks:
  counts: {from: running, topic: counts, key: k}
)";

/// A cluster of its own over disks that may come from another one.
class Cluster {
 public:
  explicit Cluster(SimulatedDisks& disks) {
    simulation_.set_state([&disks](int number) { return disks.options(number, 1 << 20); });
    simulation_.start(0);
  }

  void send(int records, int64_t value) {
    for (int i = 0; i < records; ++i) {
      simulation_.append("events", 0, "a", R"({"k":"a","v":)" + std::to_string(value) + "}");
      simulation_.drain();
      ++sent_;
      total_ += value;
    }
  }
  /// Stopped without a word, and started again.
  void crash() {
    simulation_.kill(0);
    simulation_.start(0);
    simulation_.drain();
  }
  void stop() { simulation_.kill(0); }
  void start() { simulation_.start(0); }
  void check_last_result() {
    auto values = simulation_.values("counts", 0);
    REQUIRE(values.size() == static_cast<size_t>(sent_));
    CHECK(values.back() ==
          R"({"k":"a","n":)" + std::to_string(sent_) + R"(,"total":)" + std::to_string(total_) + "}");
  }
  uint64_t rows() { return simulation_.worker(0).tasks().front()->state().rows(); }

 private:
  Simulation simulation_{kTopology, 1, {"events"}, {"counts"}};
  int sent_ = 0;
  int64_t total_ = 0;
};

}  // namespace

TEST_CASE("disks: state of another cluster's changelog, as long as this one, is not believed") {
  SimulatedDisks disks;
  {
    Cluster old(disks);
    old.send(60, 1'000'000);
    REQUIRE(disks.checkpoints() > 0);
  }
  SimulatedDisks none;
  Cluster anew(none);  // the same topics, made anew
  anew.send(60, 1);
  anew.stop();
  none = disks;  // now with what the old cluster has left on disk
  anew.start();
  anew.send(3, 1);
  anew.check_last_result();
}

TEST_CASE("disks: a restart reads what came after the checkpoint, and so does one after that") {
  SimulatedDisks disks;
  Cluster cluster(disks);
  for (int life = 0; life < 5; ++life) {
    cluster.send(20, life);
    cluster.crash();
    CHECK(cluster.rows() == 1);
  }
  cluster.send(1, 0);
  cluster.check_last_result();
}

TEST_CASE("disks: one that is full lets work go on in memory, and takes all of it when it has room again") {
  SimulatedDisks disks;
  Cluster cluster(disks);
  cluster.send(20, 1);
  auto before = disks.checkpoints();
  disks.set_full(0, true);
  cluster.send(60, 1);
  cluster.check_last_result();
  CHECK(disks.checkpoints() == before);
  disks.set_full(0, false);
  cluster.send(60, 1);
  CHECK(disks.checkpoints() > before);
  cluster.crash();
  cluster.send(1, 1);
  cluster.check_last_result();
}

TEST_CASE("disks: a worker goes on when the task whose state the disk didn't take has moved") {
  constexpr uint64_t kLessThanAnyTable = 1;
  SimulatedDisks disks;
  Simulation s(kTopology, 2, {"events"}, {"counts"});
  s.set_state([&disks](int number) { return disks.options(number, kLessThanAnyTable); });
  const auto send = [&s](int32_t partition) {
    int key = 0;
    while (partition_of(Partitioner::kMurmur2, std::to_string(key), 2) != Partition{partition}) ++key;
    const std::string k = std::to_string(key);
    s.append("events", partition, k, R"({"k":")" + k + R"(","v":1})");
    s.drain();
  };
  s.start(0);
  send(0);
  send(1);
  disks.set_full(0, true);
  send(1);
  REQUIRE(s.values("counts", 1).size() == 2);
  s.start(1);
  s.drain();
  REQUIRE(s.worker(0).running_tasks() == 1);
  REQUIRE(s.worker(0).tasks().front()->id().partition == Partition{0});
  disks.set_full(0, false);
  send(0);
  CHECK(s.values("counts", 0).size() == 2);
}

TEST_CASE("disks: a worker that stops while the group moves its tasks leaves their state on disk") {
  SimulatedDisks disks;
  Simulation s(kTopology, 1, {"events"}, {"counts"});
  s.set_state([&disks](int number) { return disks.options(number, 1 << 20); });
  s.start(0);
  // The second commit comes too early for a checkpoint of its own.
  for (size_t commits = 1; commits <= 2; ++commits) {
    s.append("events", 0, "a", R"({"k":"a","v":1})");
    for (int i = 0; i < 100 && s.values("counts", 0).size() < commits; ++i) {
      s.turn(0);
      s.clock().advance(std::chrono::milliseconds{20});
    }
    REQUIRE(s.values("counts", 0).size() == commits);
  }
  const uint64_t before = disks.checkpoints();
  s.start(1);
  for (int i = 0; i < 100 && s.worker(0).running_tasks() > 0; ++i) {
    s.turn(1);
    s.turn(0);
  }
  REQUIRE(s.worker(0).running_tasks() == 0);
  REQUIRE_FALSE(s.worker(0).restoring());
  REQUIRE(disks.checkpoints() == before);
  s.worker(0).stop();
  REQUIRE(s.worker(0).run());
  CHECK(disks.checkpoints() == before + 1);
}

}  // namespace pactolus::testing

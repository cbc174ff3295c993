#include <optional>
#include <random>

#include "log/memory_test_log.h"

namespace pactolus {

namespace {

constexpr int32_t kPartitions = 4;
constexpr int64_t kRecordsPerPartition = 300;

/// Chance, from a seed. Modulo is good enough and the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  bool one_in(uint64_t n) { return random_() % n == 0; }
  uint64_t below(uint64_t n) { return random_() % n; }

 private:
  std::mt19937_64 random_;
};

/// Copies "in" to "out" exactly once: the smallest worker that follows the ports' rules.
class CopyWorker {
 public:
  CopyWorker(LogClient& client, std::string name) : client_(client), name_(std::move(name)) { restart(); }

  /// A crash: nothing is closed, aborted or said.
  void restart() {
    producer_.reset();
    owned_.clear();
    unread_offsets_ = false;
    member_ = ok(client_.group_member({"group", name_, name_, std::chrono::seconds{10}}));
    const std::vector<std::string> topics = {"in"};
    ok(member_->subscribe(topics));
  }

  void turn() {
    auto event = member_->poll();
    if (!event.ok()) return;
    if (auto* given = std::get_if<Assigned>(&*event)) {
      owned_ = given->partitions;
      unread_offsets_ = true;
    } else if (std::holds_alternative<Revoked>(*event)) {
      owned_.clear();
      unread_offsets_ = false;
      ok(member_->reader().assign({}));
    }
    if (!producer_ && !make_producer()) return;
    if (unread_offsets_ && !read_offsets()) return;
    for (const TopicPartition& partition : owned_) {
      if (!copy(partition)) return;
    }
  }

 private:
  bool make_producer() {
    producer_ = ok(client_.producer({name_, name_, std::chrono::seconds{10}}));
    if (!producer_->init().ok()) producer_.reset();
    return producer_ != nullptr;
  }

  bool read_offsets() {
    auto offsets = member_->committed(owned_, Duration{0});
    if (!offsets.ok()) return false;
    std::vector<PartitionPosition> positions;
    for (const CommittedOffset& committed : *offsets) {
      positions.push_back({committed.partition, committed.offset.value_or(Offset{0})});
    }
    ok(member_->reader().assign(positions));
    unread_offsets_ = false;
    return true;
  }

  /// One transaction with what one fetch gives; false if the turn is over.
  bool copy(const TopicPartition& from) {
    auto batch = member_->reader().fetch(from, 7);
    if (!batch.ok() || batch->records.empty()) return true;
    std::vector<OutgoingRecord> records;
    for (const RecordView& view : batch->records)
      records.push_back({view.key, view.value, {}, view.timestamp});
    const OffsetCommit offset{from, next(batch->records.back().offset), name_};
    ok(producer_->begin());
    auto done = producer_->produce({"out", from.partition}, records);
    if (done.ok()) done = producer_->send_offsets(std::span{&offset, 1}, *ok(member_->metadata()));
    if (done.ok()) {
      auto committed = producer_->commit();
      if (committed.ok()) return true;
      done = committed.error();
    }
    give_up(done.error().kind);
    return false;
  }

  void give_up(LogErrorKind kind) {
    bool aborts = kind == LogErrorKind::kAbort || kind == LogErrorKind::kRebalanced;
    if (!aborts || !producer_->abort().ok()) producer_.reset();
    unread_offsets_ = true;
  }

  LogClient& client_;
  const std::string name_;
  std::unique_ptr<GroupMember> member_;
  std::unique_ptr<TransactionalProducer> producer_;
  std::vector<TopicPartition> owned_;
  bool unread_offsets_ = false;
};

struct Outcome {
  std::vector<std::vector<OwnedRecord>> committed;  // by partition
  std::vector<std::vector<OwnedRecord>> all;
  bool operator==(const Outcome&) const = default;
};

Outcome simulate(uint64_t seed) {
  Dice dice{seed};
  ManualClock clock{ProcessingTime{1'700'000'000'000'000}};
  MemoryLog log{clock, MemoryWaits::kNever};
  bool faulty = true;
  log.on_request([&](LogRequest, std::string_view) {
    return faulty && dice.one_in(20) ? static_cast<LogFault>(1 + dice.below(3)) : LogFault::kNone;
  });
  log.create_topic({"in", kPartitions, 1, {}});
  log.create_topic({"out", kPartitions, 1, {}});
  for (int64_t i = 0; i < kPartitions * kRecordsPerPartition; ++i) {
    const std::string value = std::to_string(i / kPartitions);
    log.append({"in", Partition{static_cast<int32_t>(i % kPartitions)}}, record("key", value));
  }
  MemoryLogClient client{log};
  std::vector<std::unique_ptr<CopyWorker>> workers;
  for (const char* name : {"a", "b", "c"}) workers.push_back(std::make_unique<CopyWorker>(client, name));
  for (int step = 0; step < 3000; ++step) {
    faulty = step < 2000;  // then everything recovers
    if (faulty && dice.one_in(50)) workers[dice.below(workers.size())]->restart();
    if (dice.one_in(30)) log.deliver_late();
    workers[dice.below(workers.size())]->turn();
    clock.advance(std::chrono::milliseconds{dice.below(dice.one_in(100) ? 20'000 : 300)});
  }
  Outcome outcome;
  for (int32_t p = 0; p < kPartitions; ++p) {
    outcome.committed.push_back(log.read({"out", Partition{p}}, Isolation::kReadCommitted));
    outcome.all.push_back(log.read({"out", Partition{p}}, Isolation::kReadUncommitted));
  }
  return outcome;
}

}  // namespace

TEST_CASE(
    "simulation: through crashes, doubts, time-outs and rebalances every record is copied exactly once") {
  std::vector<std::string> expected;
  for (int64_t i = 0; i < kRecordsPerPartition; ++i) expected.push_back(std::to_string(i));
  size_t thrown_away = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Outcome outcome = simulate(seed);
    for (size_t p = 0; p < kPartitions; ++p) {
      CAPTURE(seed, p);
      CHECK(values_of(outcome.committed[p]) == expected);
      thrown_away += outcome.all[p].size() - outcome.committed[p].size();
    }
  }
  CHECK(thrown_away > 0);  // else nothing was tried
}

TEST_CASE("simulation: the same seed gives the same log, byte for byte") {
  Outcome first = simulate(7);
  CHECK(first == simulate(7));
  CHECK_FALSE(first == simulate(8));
}

}  // namespace pactolus

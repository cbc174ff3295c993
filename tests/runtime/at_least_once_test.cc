#include <algorithm>
#include <catch2/catch.hpp>

#include "exactness/changelog_audit.h"
#include "exactness/ledger_events.h"
#include "exactness/results_audit.h"
#include "runtime/simulation.h"

namespace pactolus::testing {
namespace {

using Strings = std::vector<std::string>;

/// The ledger with results at once. Commits happen only when time passes, results when a worker turns.
class Ledger {
 public:
  explicit Ledger(int32_t partitions = 1)
      : partitions_(partitions),
        simulation_(ledger_topology("sim"), partitions, {"sim.events", "sim.replies"},
                    {"sim.passed", "sim.counts", "sim.minutes", "sim.answered"}) {
    simulation_.send_results_at_once();
    simulation_.log().on_request([this](LogRequest request, std::string_view) {
      requests_.push_back(request);
      if (request != disturbed_ || fault_ == LogFault::kNone || --left_ > 0) return LogFault::kNone;
      requests_.clear();
      return std::exchange(fault_, LogFault::kNone);
    });
    simulation_.start(0);
    simulation_.drain();
    append(1);
    turn();  // the commit interval was over: what follows is not committed until time passes
    committed_ = expected();
    REQUIRE(committed_transactions() == 1);
  }

  Simulation& simulation() { return simulation_; }

  void append(int events) {
    for (int i = 0; i < events; ++i) {
      const Event& event = stream_.next(random_);
      for (const LedgerRecord& record : records_of(event, stream_.events(), partitions_))
        simulation_.append("sim" + record.topic, record.partition, record.key, record.value);
    }
  }
  /// Work without commits.
  void turn() {
    for (int i = 0; i < 100; ++i) simulation_.turn(0);
  }
  /// The next request of this kind is lost, or the one that many later.
  void disturb(LogRequest request, LogFault how = LogFault::kLostRequest, int later = 0) {
    disturbed_ = request;
    fault_ = how;
    left_ = later + 1;
  }
  bool disturbed() const { return fault_ == LogFault::kNone; }
  /// What was asked of the log since one was lost, only these kinds.
  std::vector<LogRequest> requests(std::initializer_list<LogRequest> kinds) const {
    std::vector<LogRequest> some;
    std::ranges::copy_if(requests_, std::back_inserter(some), [&](LogRequest request) {
      return std::ranges::find(kinds, request) != kinds.end();
    });
    return some;
  }

  Strings passed() const { return simulation_.all_values("sim.passed"); }
  /// Of the tasks that read the events.
  size_t committed_transactions() {
    size_t count = 0;
    for (int32_t p = 0; p < partitions_; ++p) {
      auto records = read(simulation_.plan().changelog_topic("sim.events"), p);
      for (size_t i = 1; i <= records.size(); ++i) count += last_epoch(std::span{records}.first(i)) ? 1 : 0;
    }
    return count;
  }
  size_t expected() const { return expected_counts(stream_.events(), 0).passed; }
  /// As long as no time has passed.
  size_t uncommitted() const { return expected() - committed_; }

  /// All results at least once, everything else exactly once. Says how many results came again.
  size_t check() {
    simulation_.end();
    const auto& events = stream_.events();
    const auto all = [&](const std::string& topic) { return simulation_.all_values(topic); };
    constexpr int64_t kAll = INT64_MAX;
    CHECK(audit_passed(events, passed(), Repeats::kAllowed) == Findings{});
    CHECK(audit_counts(events, all("sim.counts"), Repeats::kAllowed) == Findings{});
    CHECK(audit_minutes(events, all("sim.minutes"), kAll, Repeats::kAllowed) == Findings{});
    CHECK(audit_answered(events, all("sim.answered"), kAll, Repeats::kAllowed) == Findings{});
    CHECK(audit_dead_letters(events, all("sim-dead-letters"), Repeats::kAllowed) == Findings{});
    check_changelogs();
    return passed().size() - expected();
  }

 private:
  std::vector<OwnedRecord> read(const std::string& topic, int32_t partition) {
    return simulation_.log().read({topic, Partition{partition}}, Isolation::kReadCommitted);
  }

  void check_changelogs() {
    std::vector<EpochRecord> last;
    for (const SubTopologyTasks& tasks : simulation_.context().map.sub_topologies) {
      for (int32_t p = 0; p < tasks.tasks; ++p) {
        auto records = read(simulation_.plan().changelog_topic(tasks.lead_topic), p);
        CHECK(audit_changelog(records) == Findings{});
        if (auto epoch = last_epoch(records)) last.push_back(*epoch);
      }
    }
    // Also that each row came once over the repartition topic.
    CHECK(audit_totals(stream_.events(), last) == Findings{});
  }

  int32_t partitions_;
  size_t committed_ = 0;
  Simulation simulation_;
  EventStream stream_{{.broken_each = 5}};
  std::mt19937 random_{11};
  LogRequest disturbed_{};
  LogFault fault_ = LogFault::kNone;
  int left_ = 0;
  std::vector<LogRequest> requests_;
};

}  // namespace

TEST_CASE("at least once: results and dead letters can be read before anything is committed") {
  Ledger ledger;
  ledger.append(20);
  ledger.turn();
  CHECK(ledger.passed().size() == ledger.expected());
  CHECK_FALSE(ledger.simulation().all_values("sim.counts").empty());
  CHECK_FALSE(ledger.simulation().all_values("sim-dead-letters").empty());
  CHECK(ledger.committed_transactions() == 1);
  CHECK(ledger.check() == 0);  // nothing failed, nothing came twice
  CHECK(ledger.committed_transactions() > 1);
}

TEST_CASE(
    "at least once: after an abort results come again, but no state, changelog or repartition row does") {
  Ledger ledger;
  const auto request = GENERATE(LogRequest::kCommit, LogRequest::kSendOffsets, LogRequest::kProduce);
  ledger.append(20);
  ledger.disturb(request);
  ledger.turn();
  const size_t before = ledger.uncommitted();
  CHECK(ledger.check() == before);  // each of the first attempt came twice
  CHECK(ledger.disturbed());
}

TEST_CASE("at least once: nothing is committed while a result has not arrived, and its input is read again") {
  Ledger ledger;
  const auto how = GENERATE(LogFault::kLostRequest, LogFault::kLostAnswer);
  ledger.append(20);
  ledger.disturb(LogRequest::kProduceAtOnce, how, GENERATE(range(0, 12)));  // also the last before a commit
  ledger.check();
  REQUIRE(ledger.disturbed());
  const auto requests = ledger.requests(
      {LogRequest::kProduceAtOnce, LogRequest::kSendOffsets, LogRequest::kCommit, LogRequest::kAbort});
  const auto abort = std::ranges::find(requests, LogRequest::kAbort);
  REQUIRE(abort != requests.end());
  CHECK(std::count(requests.begin(), abort, LogRequest::kSendOffsets) == 0);
  CHECK(std::count(requests.begin(), abort, LogRequest::kCommit) == 0);
  CHECK(std::count(abort, requests.end(), LogRequest::kProduceAtOnce) > 0);
  CHECK(std::count(abort, requests.end(), LogRequest::kCommit) > 0);
}

TEST_CASE("at least once: what was written before a crash and not committed comes again") {
  Ledger ledger;
  ledger.append(20);
  ledger.turn();
  CHECK(ledger.passed().size() == ledger.expected());
  const size_t before = ledger.uncommitted();
  ledger.simulation().kill(0);
  ledger.append(10);
  ledger.simulation().start(0);
  CHECK(ledger.check() == before);
}

TEST_CASE("at least once: a result that fails takes back all tasks of its worker") {
  Ledger ledger(3);
  ledger.append(60);
  ledger.turn();
  const size_t before = ledger.uncommitted();
  ledger.append(1);
  ledger.disturb(LogRequest::kProduceAtOnce);
  CHECK(ledger.check() == before);
  CHECK(ledger.disturbed());
}

TEST_CASE(
    "at least once: many results between two commits, and several failures, lose and count nothing twice") {
  Ledger ledger(2);
  for (int i = 0; i < 10; ++i) {
    ledger.append(30);
    ledger.turn();
    if (i % 3 == 0) ledger.disturb(LogRequest::kProduceAtOnce);
    ledger.simulation().clock().advance(std::chrono::milliseconds{60});
  }
  CHECK(ledger.check() > 0);
}

}  // namespace pactolus::testing

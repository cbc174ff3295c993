#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>
#include <random>
#include <set>

#include "exactness/changelog_audit.h"
#include "exactness/ledger_events.h"
#include "exactness/results_audit.h"
#include "runtime/simulated_disks.h"
#include "runtime/simulation.h"

namespace pactolus::testing {
namespace {

/// Workers that crash, lose requests and answers, come and go, over records that keep coming.
class History {
 public:
  History(uint32_t seed, Repeats results)
      : results_(results),
        random_(seed),
        partitions_(1 + static_cast<int32_t>(seed % 3)),
        simulation_(ledger_topology("sim"), partitions_, {"sim.events", "sim.replies"},
                    {"sim.passed", "sim.counts", "sim.minutes", "sim.answered"}) {
    if (seed % 4 != 0) {
      uint64_t memory_bytes = seed % 4 == 1 ? 1 << 20 : 4 << 10;
      simulation_.set_state(
          [this, memory_bytes](int number) { return disks_.options(number, memory_bytes); });
    }
    if (results_ == Repeats::kAllowed) simulation_.send_results_at_once();
    simulation_.log().on_request([this](LogRequest request, std::string_view) { return fault(request); });
  }

  void run(int steps) {
    int workers = 1 + static_cast<int>(random_() % 3);
    for (int step = 0; step < steps; ++step) {
      uint32_t action = random_() % 100;
      int number = static_cast<int>(random_() % workers);
      if (action < 15) {
        append_some();
      } else if (action < 75) {
        simulation_.turn(number);
      } else if (action < 80) {
        simulation_.start(number);
      } else if (action < 82) {
        simulation_.kill(number);
        fenced_.erase(number);
        if (random_() % 2 == 0) disks_.harm(number, random_);
        crashes_++;
      } else if (action == 82) {
        disks_.set_full(number, random_() % 3 == 0);
      } else if (action < 84) {
        simulation_.log().deliver_late();
      } else if (action == 84) {
        fence(number);
      } else if (action == 85) {
        simulation_.clock().advance(std::chrono::seconds{random_() % 15});
      } else {
        simulation_.clock().advance(std::chrono::milliseconds{random_() % 120});
      }
    }
    faults_ = false;
    disks_.heal();
    simulation_.log().deliver_late();
    for (int number = 0; number < workers; ++number) simulation_.start(number);
    simulation_.end();
  }

  /// What came out, against what went in.
  void check_results() {
    const auto& events = stream_.events();
    const auto passed = simulation_.all_values("sim.passed");
    check_none(audit_passed(events, passed, results_));
    check_none(audit_counts(events, simulation_.all_values("sim.counts"), results_));
    check_none(audit_minutes(events, simulation_.all_values("sim.minutes"),
                             std::numeric_limits<int64_t>::max(), results_));
    check_none(audit_answered(events, simulation_.all_values("sim.answered"),
                              std::numeric_limits<int64_t>::max(), results_));
    check_none(audit_dead_letters(events, simulation_.all_values("sim-dead-letters"), results_));
    repeated_ += static_cast<int>(passed.size() - expected_counts(events, 0).passed);
  }

  /// Per task: transactions without gaps, counts that add up, offsets that never go back.
  void check_changelogs() {
    std::vector<EpochRecord> epochs;
    for (const SubTopologyTasks& tasks : simulation_.context().map.sub_topologies) {
      for (int32_t p = 0; p < tasks.tasks; ++p) {
        TopicPartition changelog{simulation_.plan().changelog_topic(tasks.lead_topic), Partition{p}};
        auto records = simulation_.log().read(changelog, Isolation::kReadCommitted);
        check_none(audit_changelog(records));
        if (auto epoch = last_epoch(records)) epochs.push_back(*epoch);
      }
    }
    check_none(audit_totals(stream_.events(), epochs));
  }

  /// Records deleted from the repartition topic.
  int64_t purged() {
    int64_t total = 0;
    for (int32_t p = 0; p < partitions_; ++p)
      total += start_of({simulation_.plan().repartitions.front()->topic, Partition{p}});
    return total;
  }

  /// Deleted from the beginning of the changelogs.
  int64_t changelog_purged() {
    int64_t total = 0;
    for (const SubTopologyTasks& tasks : simulation_.context().map.sub_topologies) {
      for (int32_t p = 0; p < tasks.tasks; ++p)
        total += start_of({simulation_.plan().changelog_topic(tasks.lead_topic), Partition{p}});
    }
    return total;
  }

  const SimulatedDisks& disks() const { return disks_; }
  int crashes() const { return crashes_; }
  int fencings() const { return fencings_; }
  /// Results that came again.
  int repeated() const { return repeated_; }
  int faults_injected() const { return injected_; }

 private:
  int64_t start_of(const TopicPartition& partition) {
    MemoryLogClient client(simulation_.log());
    auto admin = client.admin();
    auto starts = (*admin)->offsets({&partition, 1}, OffsetEdge::kStart, Isolation::kReadUncommitted);
    REQUIRE(starts);
    return starts->front().offset.value();
  }

  LogFault fault(LogRequest request) {
    if (!faults_) return LogFault::kNone;
    bool transactional = request != LogRequest::kPoll && request != LogRequest::kFetch;
    if (random_() % (transactional ? 25 : 50) != 0) return LogFault::kNone;
    ++injected_;
    constexpr LogFault kFaults[] = {LogFault::kLostRequest, LogFault::kLostAnswer, LogFault::kLate};
    return kFaults[random_() % 3];
  }

  /// Another client takes the worker's transactional id: once in its life, for the second time it would take
  /// that for a twin of its own.
  void fence(int number) {
    if (!simulation_.runs(number) || !fenced_.insert(number).second) return;
    MemoryLogClient client(simulation_.log());
    auto thief = client.producer(
        {simulation_.plan().name + "-host-" + std::to_string(number), "thief", std::chrono::seconds{10}});
    REQUIRE(thief);
    if ((*thief)->init()) ++fencings_;
  }

  void append_some() {
    for (uint32_t count = random_() % 8; count > 0; --count) {
      const Event& event = stream_.next(random_);
      for (const LedgerRecord& record : records_of(event, stream_.events(), partitions_))
        simulation_.append("sim" + record.topic, record.partition, record.key, record.value);
    }
  }

  static void check_none(const Findings& findings) {
    for (const std::string& finding : findings) UNSCOPED_INFO(finding);
    CHECK(findings.empty());
  }

  const Repeats results_;
  std::mt19937 random_;
  int32_t partitions_;
  SimulatedDisks disks_;
  Simulation simulation_;
  EventStream stream_{{.broken_each = 30}};
  bool faults_ = true;
  std::set<int> fenced_;  // workers, in their present lives
  int fencings_ = 0;
  int crashes_ = 0;
  int injected_ = 0;
  int repeated_ = 0;
};

int number_in(const char* variable, int otherwise) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? otherwise : std::atoi(wanted);
}

/// How many histories, and the first one's seed.
int seeds() { return number_in("PACTOLUS_SEEDS", 30); }
int first_seed() { return number_in("PACTOLUS_FIRST_SEED", 0); }

/// Many of them, and whether what should happen in them did.
void check_histories(Repeats results) {
  const char* only = std::getenv("PACTOLUS_SEED");
  int crashes = 0;
  int fencings = 0;
  int faults = 0;
  int repeated = 0;
  int64_t purged = 0;
  int64_t changelog_purged = 0;
  int harmed = 0;
  uint64_t checkpoints = 0;
  uint64_t disk_reads = 0;
  const int first = only != nullptr ? std::atoi(only) : first_seed();
  const int end = first + (only != nullptr ? 1 : seeds());
  for (int seed = first; seed < end; ++seed) {
    INFO("reproduce: PACTOLUS_SEED=" << seed << " test_runtime '"
                                     << Catch::getResultCapture().getCurrentTestName() << "'");
    History history(static_cast<uint32_t>(seed), results);
    history.run(600);
    history.check_results();
    history.check_changelogs();
    purged += history.purged();
    changelog_purged += history.changelog_purged();
    harmed += history.disks().harmed();
    checkpoints += history.disks().checkpoints();
    disk_reads += history.disks().reads();
    crashes += history.crashes();
    fencings += history.fencings();
    faults += history.faults_injected();
    repeated += history.repeated();
  }
  if (only == nullptr) {
    CHECK(crashes > seeds());  // the faults really happened
    CHECK(fencings > seeds());
    CHECK(faults > 5 * seeds());
    CHECK(repeated >= (results == Repeats::kNone ? 0 : 10 * seeds()));
    CHECK(purged > 0);
    CHECK(changelog_purged > 10 * seeds());
    CHECK(harmed > seeds() / 2);
    CHECK(checkpoints > static_cast<uint64_t>(10 * seeds()));
    CHECK(disk_reads > static_cast<uint64_t>(seeds()));
    UNSCOPED_INFO("crashes " << crashes << ", faults " << faults << ", repeated " << repeated
                             << ", checkpoints " << checkpoints << ", reads " << disk_reads << ", harmed "
                             << harmed << ", purged " << changelog_purged);
  }
}

}  // namespace

TEST_CASE(
    "exactly once: crashes, lost requests and answers, rebalances and late commits lose and double nothing") {
  check_histories(Repeats::kNone);
}

TEST_CASE(
    "at least once: crashes, lost requests and answers, rebalances and late commits lose nothing, and double "
    "results alone") {
  check_histories(Repeats::kAllowed);
}

}  // namespace pactolus::testing

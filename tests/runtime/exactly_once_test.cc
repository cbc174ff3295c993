#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>

#include "runtime/simulated_disks.h"
#include "runtime/simulation.h"
#include "state/changelog.h"
#include "state/epoch_record.h"

namespace pactolus::testing {
namespace {

/// A pass-through, a running count by the topic's key, and closed windows by another key (so with a
/// repartition topic).
constexpr const char* kTopology = R"(
topology: sim
sources:
  events:
    topic: events
    key: k
    time: {field: at, disorder: 5s}
    fields:
      id: bigint
      k: text
      g: text
      v: numeric(12,2)
      at: timestamptz
steps:
  valid:
    from: events
    filter: v > 0
  running:
    from: valid
    aggregate:
      by: k
      emit: changes
      select:
        n: count(*)
        total: sum(v)
  minutes:
    from: valid
    aggregate:
      by: g
      window: {tumbling: 1m}
      emit: final
      select:
        n: count(*)
        total: sum(v)
sinks:
  passed: {from: valid, topic: passed, key: k}
  counts: {from: running, topic: counts, key: k}
  minutes: {from: minutes, topic: minutes, key: [g, window_start]}
)";

struct Event {
  int64_t id;
  std::string k;
  std::string g;
  int64_t cents;
  int64_t second;

  std::string json() const {
    std::string sign = cents < 0 ? "-" : "";
    int64_t size = std::abs(cents);
    std::string digits = std::to_string(size % 100);
    if (digits.size() < 2) digits.insert(0, "0");
    char at[32];
    std::snprintf(at, sizeof at, "2026-01-01T%02d:%02d:%02dZ", static_cast<int>(second / 3600),
                  static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
    return "{\"id\":" + std::to_string(id) + ",\"k\":\"" + k + "\",\"g\":\"" + g + "\",\"v\":" + sign +
           std::to_string(size / 100) + "." + digits + ",\"at\":\"" + at + "\"}";
  }
};

/// The number behind "name": in a flat JSON object, its point removed: exact cents for numeric(12,2).
int64_t number_of(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":");
  REQUIRE(at != std::string::npos);
  std::string digits;
  for (size_t i = at + name.size() + 3; i < json.size() && json[i] != ',' && json[i] != '}'; ++i) {
    if (json[i] != '.') digits += json[i];
  }
  return std::stoll(digits);
}

std::string text_of(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":\"");
  REQUIRE(at != std::string::npos);
  size_t begin = at + name.size() + 4;
  return json.substr(begin, json.find('"', begin) - begin);
}

/// Workers that crash, lose requests and answers, come and go, over records that keep coming.
class History {
 public:
  explicit History(uint32_t seed)
      : random_(seed),
        partitions_(1 + static_cast<int32_t>(seed % 3)),
        simulation_(kTopology, partitions_, {"events"}, {"passed", "counts", "minutes"}) {
    if (seed % 4 != 0) {
      uint64_t memory_bytes = seed % 4 == 1 ? 1 << 20 : 4 << 10;
      simulation_.set_state(
          [this, memory_bytes](int number) { return disks_.options(number, memory_bytes); });
    }
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
        if (random_() % 2 == 0) disks_.harm(number, random_);
        crashes_++;
      } else if (action == 82) {
        disks_.set_full(number, random_() % 3 == 0);
      } else if (action < 84) {
        simulation_.log().deliver_late();
      } else if (action < 86) {
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

  void check_passed() {
    for (int32_t partition = 0; partition < partitions_; ++partition) {
      std::vector<int64_t> wanted;
      for (const Event& event : events_) {
        if (event.cents > 0 && partition_of(event) == partition) wanted.push_back(event.id);
      }
      std::vector<int64_t> got;
      for (const std::string& value : passed_of(partition)) got.push_back(number_of(value, "id"));
      CHECK(got == wanted);
    }
  }

  void check_counts() {
    std::map<std::string, std::pair<int64_t, int64_t>> expected;
    size_t changes = 0;
    for (const Event& event : events_) changes += event.cents > 0 ? 1 : 0;
    std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> wanted;
    for (const Event& event : events_) {
      if (event.cents <= 0) continue;
      auto& [n, total] = expected[event.k];
      ++n;
      total += event.cents;
      wanted[event.k].emplace_back(n, total);
    }
    std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> got;
    for (const std::string& value : simulation_.all_values("counts")) {
      got[text_of(value, "k")].emplace_back(number_of(value, "n"), number_of(value, "total"));
    }
    CHECK(got == wanted);
  }

  void check_minutes() {
    std::map<std::pair<std::string, int64_t>, std::pair<int64_t, int64_t>> wanted;
    for (const Event& event : events_) {
      if (event.cents <= 0) continue;
      auto& [n, total] = wanted[{event.g, event.second / 60}];
      ++n;
      total += event.cents;
    }
    std::map<std::pair<std::string, int64_t>, std::pair<int64_t, int64_t>> got;
    for (const std::string& value : simulation_.all_values("minutes")) {
      std::string start = text_of(value, "window_start");
      int64_t minute = std::stoll(start.substr(11, 2)) * 60 + std::stoll(start.substr(14, 2));
      bool fresh = got.emplace(std::pair{text_of(value, "g"), minute},
                               std::pair{number_of(value, "n"), number_of(value, "total")})
                       .second;
      CHECK(fresh);  // each window once
    }
    CHECK(got == wanted);
    for (int32_t p = 0; p < partitions_; ++p) CHECK(simulation_.values("sim-dead-letters", p).empty());
  }

  /// Per task: transactions without gaps, counts that add up, offsets that never go back.
  void check_changelogs() {
    for (const SubTopologyTasks& tasks : simulation_.context().map.sub_topologies) {
      for (int32_t p = 0; p < tasks.tasks; ++p)
        check_changelog(simulation_.plan().changelog_topic(tasks.lead_topic), p);
    }
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

  int32_t partition_of(const Event& event) const {
    return static_cast<int32_t>(std::stoi(event.k.substr(1)) % partitions_);
  }

  void append_some() {
    for (uint32_t count = random_() % 8; count > 0; --count) {
      Event event{.id = static_cast<int64_t>(events_.size()),
                  .k = "k" + std::to_string(random_() % 12),
                  .g = "g" + std::to_string(random_() % 5),
                  .cents = static_cast<int64_t>(random_() % 1000) - 100,
                  .second = second_ + static_cast<int64_t>(random_() % 4)};
      second_ += random_() % 3 == 0 ? static_cast<int64_t>(random_() % 20) : 0;
      simulation_.append("events", partition_of(event), event.k, event.json());
      events_.push_back(event);
    }
  }

  /// The sink's partition is murmur2's, not the input's: gather the input partition's rows from all of them,
  /// by key.
  std::vector<std::string> passed_of(int32_t partition) {
    std::vector<std::pair<int64_t, std::string>> found;
    std::map<std::string, int64_t> last_of_key;
    for (const std::string& value : simulation_.all_values("passed")) {
      std::string k = text_of(value, "k");
      if (std::stoi(k.substr(1)) % partitions_ != partition) continue;
      int64_t id = number_of(value, "id");
      auto [last, fresh] = last_of_key.emplace(k, id);
      if (!fresh) CHECK(last->second < id);  // in order per key
      last->second = id;
      found.emplace_back(id, value);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> values;
    for (auto& [id, value] : found) values.push_back(value);
    return values;
  }

  void check_changelog(const std::string& topic, int32_t partition) {
    uint64_t sequence = 0;
    bool first = true;
    std::map<std::string, int64_t> offsets;
    for (const OwnedRecord& record :
         simulation_.log().read({topic, Partition{partition}}, Isolation::kReadCommitted)) {
      auto decoded = decode_changelog_record(*record.value);
      REQUIRE(decoded);
      const ChangelogHeader& header = decoded->header;
      if (first) {  // nothing before it was needed
        CHECK((header.flags & (ChangelogHeader::kGenesis | ChangelogHeader::kFirstOfRound)) != 0);
        sequence = header.sequence - 1;
        first = false;
      }
      CHECK(header.sequence == sequence + 1);
      CHECK(((header.flags & ChangelogHeader::kGenesis) != 0) == (header.sequence == 1));
      if (decoded->header.kind != ChangelogKind::kEpoch) continue;
      sequence = decoded->header.sequence;
      auto epoch = decode_epoch(decoded->body);
      REQUIRE(epoch);
      for (const InputProgress& input : epoch->inputs) {
        CHECK(offsets[input.topic] <= input.offset.value());
        offsets[input.topic] = input.offset.value();
      }
      for (const StepProgress& step : epoch->steps) {
        auto count = [&](const char* name) { return step.counts.contains(name) ? step.counts.at(name) : 0; };
        INFO("step " << step.step);
        CHECK(count("rows_in") ==
              count("passed") + count("filtered") + count("absorbed") + count("dead_letters"));
      }
    }
  }

  std::mt19937 random_;
  int32_t partitions_;
  SimulatedDisks disks_;
  Simulation simulation_;
  std::vector<Event> events_;
  int64_t second_ = 0;
  bool faults_ = true;
  int crashes_ = 0;
  int injected_ = 0;
};

int seeds() {
  const char* wanted = std::getenv("PACTOLUS_SEEDS");
  return wanted == nullptr ? 60 : std::atoi(wanted);
}

}  // namespace

TEST_CASE(
    "exactly once: crashes, lost requests and answers, rebalances and late commits lose and double nothing") {
  const char* only = std::getenv("PACTOLUS_SEED");
  int crashes = 0;
  int faults = 0;
  int64_t purged = 0;
  int64_t changelog_purged = 0;
  int harmed = 0;
  uint64_t checkpoints = 0;
  uint64_t disk_reads = 0;
  for (int seed = only != nullptr ? std::atoi(only) : 0;
       seed < (only != nullptr ? std::atoi(only) + 1 : seeds()); ++seed) {
    INFO("reproduce: PACTOLUS_SEED=" << seed << " test_runtime 'exactly once*'");
    History history(static_cast<uint32_t>(seed));
    history.run(600);
    history.check_passed();
    history.check_counts();
    history.check_minutes();
    history.check_changelogs();
    purged += history.purged();
    changelog_purged += history.changelog_purged();
    harmed += history.disks().harmed();
    checkpoints += history.disks().checkpoints();
    disk_reads += history.disks().reads();
    crashes += history.crashes();
    faults += history.faults_injected();
  }
  if (only == nullptr) {
    CHECK(crashes > seeds());  // the faults really happened
    CHECK(faults > 5 * seeds());
    CHECK(purged > 0);
    CHECK(changelog_purged > 10 * seeds());
    CHECK(harmed > seeds() / 2);
    CHECK(checkpoints > static_cast<uint64_t>(10 * seeds()));
    CHECK(disk_reads > static_cast<uint64_t>(seeds()));
    UNSCOPED_INFO("crashes " << crashes << ", faults " << faults << ", checkpoints " << checkpoints
                             << ", reads " << disk_reads << ", harmed " << harmed << ", purged "
                             << changelog_purged);
  }
}

}  // namespace pactolus::testing

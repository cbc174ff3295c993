#include "reliability/ledger_run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "kafka/kafka_broker.h"
#include "kafka/test_client.h"
#include "reliability/ok.h"
#include "reliability/topic_follower.h"
#include "state/state_folder.h"

namespace pactolus::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kFindingsShown = 10;

std::string new_name() {
  static const uint32_t program = std::random_device{}();
  static int counter = 0;
  return "ledger-" + std::to_string(program) + "-" + std::to_string(++counter);
}

size_t distinct(const std::vector<std::string>& values) {
  return std::set<std::string>(values.begin(), values.end()).size();
}

void check_none(Findings findings) {
  const size_t count = findings.size();
  findings.resize(std::min(count, kFindingsShown));
  std::string all;
  for (const std::string& finding : findings) all += finding + "\n";
  INFO(count << " findings:\n" << all);
  CHECK(count == 0);
}

}  // namespace

LedgerCluster LedgerCluster::shared() {
  const std::string& bootstrap = KafkaBroker::shared_bootstrap();
  return {.bootstrap = bootstrap, .victims_bootstrap = bootstrap};
}

LedgerRun::LedgerRun(int32_t partitions, Repeats results)
    : LedgerRun(partitions, LedgerCluster::shared(), results) {}

LedgerRun::LedgerRun(int32_t partitions, LedgerCluster cluster, Repeats results)
    : partitions_(partitions),
      results_(results),
      cluster_(std::move(cluster)),
      name_(new_name()),
      folder_("ledger"),
      client_(client_of(cluster_.bootstrap)),
      admin_(ok(client_->admin())),
      stream_({.keys = 12, .groups = 20, .broken_each = 25}) {
  std::vector<TopicSpec> topics;
  for (const char* what : {".events", ".replies", ".passed", ".counts", ".minutes", ".answered"})
    topics.push_back({name_ + what, partitions, cluster_.replication, {}});
  patiently([&] { return admin_->create_topics(topics); });
  renew_customers();
}

LedgerRun::~LedgerRun() = default;

void LedgerRun::renew_customers() {
  const auto until = SteadyClock::now() + kPatience;
  while (true) {
    customers_ = ok(client_->producer({name_ + "-customers", "customers", std::chrono::seconds{30}}));
    if (customers_->init().ok()) return;
    REQUIRE(SteadyClock::now() < until);
    std::this_thread::sleep_for(kLookInterval);
  }
}

void LedgerRun::append(int events) {
  std::vector<Event> appended;
  for (int i = 0; i < events; ++i) appended.push_back(stream_.next(random_));
  send(appended);
}

/// Once, whatever becomes of the first try.
void LedgerRun::send(const std::vector<Event>& events) {
  const auto until = SteadyClock::now() + kPatience;
  while (!try_to_send(events)) {
    REQUIRE(SteadyClock::now() < until);
    renew_customers();
    TopicFollower topic(*client_, name_ + ".events", partitions_);
    topic.read();
    if (std::ranges::count(topic.values(), events.back().json()) > 0) return;
  }
}

LogResult<void> LedgerRun::try_to_send(const std::vector<Event>& events) {
  PACTOLUS_TRY(customers_->begin());
  for (const Event& event : events) {
    for (const LedgerRecord& of_event : records_of(event, stream_.events(), partitions_)) {
      const OutgoingRecord record{of_event.key, of_event.value, {}, ProcessingTime{1'767'225'600'000'000}};
      PACTOLUS_TRY(
          customers_->produce({name_ + of_event.topic, Partition{of_event.partition}}, {&record, 1}));
    }
  }
  PACTOLUS_TRY(customers_->commit());
  return {};
}

std::unique_ptr<Program> LedgerRun::start(const std::string& instance, int workers,
                                          const std::vector<std::string>& stop_points, int edition) const {
  if (std::ranges::find(instances_, instance) == instances_.end()) instances_.push_back(instance);
  std::vector<std::string> words = {cluster_.victims_bootstrap,
                                    name_,
                                    instance,
                                    std::to_string(workers),
                                    folder_.path() + "/" + instance,
                                    std::to_string(edition),
                                    results_ == Repeats::kAllowed ? "at_least_once" : "exactly_once",
                                    "replication=" + std::to_string(cluster_.replication)};
  words.insert(words.end(), cluster_.victim_settings.begin(), cluster_.victim_settings.end());
  words.insert(words.end(), stop_points.begin(), stop_points.end());
  return std::make_unique<Program>(words);
}

void LedgerRun::feed_until(const Program& program, const std::string& text, int times) {
  if (fed_until([&] { return program.times_in_err(text) >= times; })) return;
  FAIL("not written " << times << " times:" << text << "\n" << program.err());
}

void LedgerRun::feed_until(const std::function<bool()>& holds) { REQUIRE(fed_until(holds)); }

bool LedgerRun::fed_until(const std::function<bool()>& holds) {
  const auto until = SteadyClock::now() + kPatience;
  while (!holds()) {
    if (SteadyClock::now() >= until) return false;
    append(cluster_.events_at_once);
    std::this_thread::sleep_for(kLookInterval);
  }
  return true;
}

void LedgerRun::feed_until_killed_at(Program& program, const std::vector<std::string>& points) {
  INFO("to be killed at: " << Catch::Detail::stringify(points));
  const auto until = SteadyClock::now() + kPatience;
  while (!program.has_ended() && SteadyClock::now() < until) {
    append(cluster_.events_at_once);
    std::this_thread::sleep_for(kLookInterval);
  }
  if (!program.has_ended()) program.send_signal(SIGKILL);
  const ProgramResult result = program.wait();
  INFO(result.err);
  REQUIRE(result.status == 128 + SIGKILL);
  REQUIRE(std::ranges::any_of(points, [&](const std::string& point) {
    return result.err.find("victim: KILL at " + point + "\n") != std::string::npos;
  }));
}

void LedgerRun::feed_for(std::chrono::milliseconds time) {
  const auto until = SteadyClock::now() + time;
  while (SteadyClock::now() < until) {
    append(cluster_.events_at_once);
    std::this_thread::sleep_for(std::min<SteadyClock::duration>(kLookInterval, until - SteadyClock::now()));
  }
}

void LedgerRun::wait_until_passed(const Program& program) {
  const size_t expected = expected_counts(stream_.events(), 0).passed;
  const size_t passed = distinct(wait_for(name_ + ".passed", expected));
  INFO(program.err());
  REQUIRE(passed == expected);
}

void LedgerRun::wait_until_quiet() {
  const auto until = SteadyClock::now() + 5 * kPatience;
  auto ends = changelog_edges(OffsetEdge::kEnd);
  for (auto since = SteadyClock::now(); SteadyClock::now() - since < std::chrono::seconds{1};) {
    REQUIRE(SteadyClock::now() < until);
    std::this_thread::sleep_for(kLookInterval);
    auto now = changelog_edges(OffsetEdge::kEnd);
    if (now == ends) continue;
    ends = std::move(now);
    since = SteadyClock::now();
  }
}

void LedgerRun::check(const std::vector<Program*>& running) {
  feed_until([this] { return has_deleted_rounds(); });
  std::vector<Event> closing;
  for (int32_t partition = 0; partition < partitions_; ++partition)
    closing.push_back(stream_.closing(partition, partitions_));
  send(closing);

  const auto& events = stream_.events();
  const ResultCounts expected = expected_counts(events, stream_.closed_second());
  passed_ = wait_for(name_ + ".passed", expected.passed);
  wait_for(name_ + ".counts", expected.passed);
  wait_for(name_ + ".minutes", expected.minutes);
  wait_for(name_ + ".answered", expected.answered);
  for (Program* program : running) program->send_signal(SIGTERM);
  std::string logs;
  for (Program* program : running) {
    const ProgramResult result = program->wait();
    logs += result.err;
    INFO(result.err);
    CHECK(result.status == 0);
  }
  INFO(logs);

  // Once more, for what should not have come behind it.
  passed_ = wait_for(name_ + ".passed", 0);
  check_none(audit_passed(events, passed_, results_));
  check_none(audit_counts(events, wait_for(name_ + ".counts", 0), results_));
  check_none(audit_minutes(events, wait_for(name_ + ".minutes", 0), stream_.closed_second(), results_));
  check_none(audit_answered(events, wait_for(name_ + ".answered", 0), stream_.closed_second(), results_));
  check_none(audit_dead_letters(events, wait_for(name_ + "-dead-letters", 0), results_));
  check_changelogs();
}

size_t LedgerRun::repeated() const { return passed_.size() - distinct(passed_); }

/// As long as more comes: what windows give is a transaction for each row. No two expected rows of a topic
/// are alike.
std::vector<std::string> LedgerRun::wait_for(const std::string& topic, size_t count) {
  const std::vector<std::string> names = {topic};
  const auto described = patiently([&] { return admin_->describe_topics(names); });
  TopicFollower follower(*client_, topic, described.at(0).partitions);
  follower.read();
  size_t found = distinct(follower.values());
  for (auto until = SteadyClock::now() + kPatience; found < count && SteadyClock::now() < until;) {
    std::this_thread::sleep_for(kLookInterval);
    follower.read();
    const size_t now = distinct(follower.values());
    if (now > found) until = SteadyClock::now() + kPatience;
    found = now;
  }
  return follower.values();
}

std::vector<std::string> LedgerRun::leads() const {
  return {name_ + ".events", name_ + "-minutes-repartition"};
}

std::string LedgerRun::changelog_of(const std::string& lead) const {
  return name_ + "-" + lead + "-changelog";
}

std::vector<Offset> LedgerRun::changelog_edges(OffsetEdge edge) {
  std::vector<TopicPartition> changelogs;
  for (const std::string& lead : leads()) {
    for (int32_t partition = 0; partition < partitions_; ++partition)
      changelogs.push_back({changelog_of(lead), Partition{partition}});
  }
  std::vector<Offset> edges;
  for (const PartitionPosition& position :
       patiently([&] { return admin_->offsets(changelogs, edge, Isolation::kReadUncommitted); }))
    edges.push_back(position.offset);
  return edges;
}

bool LedgerRun::has_deleted_rounds() {
  return std::ranges::any_of(changelog_edges(OffsetEdge::kStart),
                             [](Offset start) { return start > Offset{0}; });
}

void LedgerRun::check_changelogs() {
  std::vector<EpochRecord> epochs;
  for (const std::string& lead : leads()) {
    TopicFollower changelog(*client_, changelog_of(lead), partitions_);
    changelog.read();
    for (int32_t partition = 0; partition < partitions_; ++partition) {
      const auto& records = changelog.records(partition);
      REQUIRE(!records.empty());
      check_none(audit_changelog(records));
      auto last = last_epoch(records);
      REQUIRE(last);
      epochs.push_back(*last);
      check_disks(lead, partition, records);
    }
  }
  check_none(audit_totals(stream_.events(), epochs));
}

/// All that any process has of this task; the one that had it last wrote it down at its end.
void LedgerRun::check_disks(const std::string& lead, int32_t partition,
                            std::span<const OwnedRecord> records) {
  int compared = 0;
  int current = 0;
  for (const std::string& instance : instances_) {
    auto folder = StateFolder::open(folder_.path() + "/" + instance, name_, 1 << 20);
    REQUIRE(folder.ok());
    std::string notice;
    auto disk = (*folder)->open_disk({lead, Partition{partition}}, notice);
    REQUIRE(disk.ok());
    CHECK(notice.empty());
    auto mark = (*disk)->mark();
    REQUIRE(mark.ok());
    if (!*mark) continue;
    auto image = image_of(**disk);
    REQUIRE(image.ok());
    DiskAudit audit = audit_disk(**mark, *image, records);
    check_none(audit.findings);
    compared += audit.compared ? 1 : 0;
    current += audit.is_current ? 1 : 0;
  }
  INFO("task " << lead << "-" << partition << ", disks compared: " << compared);
  CHECK(current >= 1);
}

}  // namespace pactolus::testing

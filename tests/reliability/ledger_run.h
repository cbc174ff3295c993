#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cli/program.h"
#include "exactness/changelog_audit.h"
#include "exactness/ledger_events.h"
#include "log/ports.h"
#include "temp_folder.h"

namespace pactolus::testing {

/// Where a ledger runs.
struct LedgerCluster {
  std::string bootstrap;          // of the test, which must see what there is
  std::string victims_bootstrap;  // of the processes: perhaps over a network that fails
  int16_t replication = 1;
  std::vector<std::string> victim_settings = {};  // NAME=VALUE, see victim.cc
  int events_at_once = 16;  // that feed_… appends; each window that they fill must be closed in the end

  /// The broker that all tests share.
  static LedgerCluster shared();
};

/// One ledger application of a name of its own on the shared broker: its topics, the events that go in, the
/// processes that run it (victim/victim.cc), and the comparison at the end. Its own calls outlast a Kafka
/// that is away for a while. Threads: one.
class LedgerRun {
 public:
  /// `results`: kAllowed asks for at-least-once delivery.
  explicit LedgerRun(int32_t partitions = 2, Repeats results = Repeats::kNone);
  LedgerRun(int32_t partitions, LedgerCluster cluster, Repeats results = Repeats::kNone);
  ~LedgerRun();

  const std::string& name() const { return name_; }
  LogClient& client() { return *client_; }

  void append(int events);
  std::unique_ptr<Program> start(const std::string& instance, int workers = 1,
                                 const std::vector<std::string>& stop_points = {}, int edition = 1) const;

  /// Appends events until the program has written `text` so often, at most for kPatience: then the test
  /// fails.
  void feed_until(const Program& program, const std::string& text, int times = 1);
  void feed_until(const std::function<bool()>& holds);
  /// The same until it has been ended by SIGKILL at one of the points that it was given.
  void feed_until_killed_at(Program& program, const std::vector<std::string>& points);
  /// Appends events for a time.
  void feed_for(std::chrono::milliseconds time);

  /// Waits until `program` has done its work: what passes of all events so far has come out. At most
  /// kPatience without anything new.
  void wait_until_passed(const Program& program);
  /// Waits, at most five times kPatience, until nothing has been committed for a second.
  void wait_until_quiet();

  /// Appends events until a changelog has been shortened, closes all windows, waits until everything has come
  /// out, ends the programs by SIGTERM, and compares all that there is.
  void check(const std::vector<Program*>& running);
  /// What check() found in the topic.
  const std::vector<std::string>& passed() const { return passed_; }
  /// How many of them had been there before.
  size_t repeated() const;

 private:
  bool fed_until(const std::function<bool()>& holds);
  void send(const std::vector<Event>& events);
  LogResult<void> try_to_send(const std::vector<Event>& events);
  void renew_customers();
  std::vector<std::string> wait_for(const std::string& topic, size_t count);
  /// The topics whose partitions name the tasks.
  std::vector<std::string> leads() const;
  std::string changelog_of(const std::string& lead) const;
  /// Of all changelogs.
  std::vector<Offset> changelog_edges(OffsetEdge edge);
  /// Some round of a changelog has ended, and what was before it is deleted.
  bool has_deleted_rounds();
  void check_changelogs();
  void check_disks(const std::string& topic, int32_t partition, std::span<const OwnedRecord> records);

  const int32_t partitions_;
  const Repeats results_;
  const LedgerCluster cluster_;
  std::string name_;
  TempFolder folder_;
  std::unique_ptr<LogClient> client_;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<TransactionalProducer> customers_;
  std::mt19937 random_{42};
  EventStream stream_;
  mutable std::vector<std::string> instances_;  // that were started
  std::vector<std::string> passed_;
};

}  // namespace pactolus::testing

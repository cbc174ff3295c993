#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/logger.h"
#include "replay/run_log.h"
#include "runtime/internal_topics.h"
#include "runtime/worker.h"
#include "topology/plan.h"

namespace pactolus {

/// Where a virtual run ends its transactions. The results must not depend on it.
enum class VirtualCommits : uint8_t {
  kWhenQuiet,  // only when nothing else is left to do
  kEveryTurn,  // as often as possible
  kAtRandom,
};

struct VirtualRunOptions {
  int32_t partitions = 1;  // of every source and sink
  int workers = 1;
  size_t fetch_records = kBatchRowsMax;  // of one partition at a time; 1: one row after the other
  VirtualCommits commits = VirtualCommits::kWhenQuiet;
  bool kills_at_random = false;   // workers die amid their work and come back
  bool produces_at_once = false;  // outputs go into the open transaction before it is committed
  uint64_t seed = 0;              // of everything that is random
  ProcessingTime start{};         // of the wall clock
};

/// A topology at work under a clock that moves when told: the real workers in one thread, over a log in
/// memory, unless another is given. For inline tests, for comparing ways to run, and for replays. Borrows the
/// plan. Threads: one.
class VirtualRun {
 public:
  /// Makes the topics and the workers. Error: the topology cannot run with so many partitions. `log`: none of
  /// the plan's topics exists there; nullptr: in memory.
  static Result<std::unique_ptr<VirtualRun>> make(const Plan& plan, VirtualRunOptions options,
                                                  std::unique_ptr<RunLog> log = nullptr);
  ~VirtualRun();

  ProcessingTime now() const { return clock_.now(); }
  /// Of all workers so far: a killed one begins another.
  uint64_t lives() const { return lives_; }
  /// Appends a record (its offset is ignored) to the source's topic, to the partition of its key as a
  /// producer with the source's partitioner would; without a key, or if the partitioner is unknown, to the
  /// next partition in turn.
  Result<void> send(const SourcePlan& source, const OwnedRecord& record);
  /// Works until everything that was sent is processed and committed.
  Result<void> drain();
  /// Moves the wall clock: what was idle long enough falls silent with the next drain().
  void advance(Duration by) { clock_.advance(by); }
  /// Kills all workers, whatever they have open, and begins anew from what is committed.
  void restart();
  /// No more records will come, ever: processes what was sent, then closes all windows.
  Result<void> end_input();

  /// The committed records of a topic: partition by partition, each in its order.
  Result<std::vector<OwnedRecord>> read(const std::string& topic) const;

 private:
  VirtualRun(const Plan& plan, VirtualRunOptions options, std::unique_ptr<RunLog> log);
  LogResult<void> prepare();
  std::unique_ptr<Worker> make_worker(int number);
  Result<bool> turn();
  Result<std::optional<std::string>> unfinished();
  std::optional<std::string> missing_tasks() const;
  Result<std::optional<std::string>> unread();
  bool end_finished_inputs();
  Result<void> disturb();
  bool one_in(uint64_t n) { return random_() % n == 0; }

  // Fixed after prepare().
  const Plan& plan_;
  VirtualRunOptions options_;
  std::shared_ptr<Logger> logger_;
  std::optional<PreparedTopics> topics_;
  std::optional<TaskContext> context_;

  ManualClock clock_;
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<Admin> admin_;
  std::vector<std::unique_ptr<Worker>> workers_;
  uint64_t lives_ = 0;  // each has another nonce
  uint64_t sent_without_key_ = 0;
  bool ended_ = false;
  std::mt19937_64 random_;
};

}  // namespace pactolus

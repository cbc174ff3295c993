#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/logger.h"
#include "log/ports.h"
#include "runtime/internal_topics.h"
#include "runtime/task_context.h"
#include "runtime/worker.h"
#include "topology/plan.h"

namespace pactolus {

struct ApplicationOptions {
  int workers = 1;
  int16_t replication = 1;  // of internal topics
  size_t close_rows_max =
      kBatchRowsMax;     // results of a window's close between two looks at heartbeats and commits
  WorkerOptions worker;  // number and nonce are given by the application
};

/// One running topology: makes sure of its topics, then runs its workers, each on a thread of its own. One
/// worker's error stops them all. Threads: run() on the owner's; stop() on any.
class Application {
 public:
  Application(std::unique_ptr<const Plan> plan, ApplicationOptions options, LogClient& client,
              const Clock& clock, Logger& logger);
  ~Application();

  const Plan& plan() const { return *plan_; }
  /// Prepares, runs, and returns when stopped (after the last commit) or when something cannot go on: why,
  /// one sentence a line. Waits for Kafka as long as it is not reachable, saying so once.
  Result<void> run();
  void stop();
  /// Whether it got as far as committing something: topics, rights and state were as they must be, once. For
  /// after run().
  bool began() const { return began_; }
  /// A seeded source of nonces, so that two lives of a worker differ.
  using NonceSource = uint64_t (*)();
  void set_nonce_source(NonceSource source) { nonce_source_ = source; }

 private:
  Result<bool> prepare();
  Result<void> run_workers();
  void fail(Error error);
  Error in_own_name(const Error& error) const;

  std::unique_ptr<const Plan> plan_;
  ApplicationOptions options_;
  LogClient& client_;
  const Clock& clock_;
  Logger& logger_;
  NonceSource nonce_source_;
  bool began_ = false;
  std::optional<PreparedTopics> topics_;
  std::optional<TaskContext> context_;

  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<Error> failure_;
};

}  // namespace pactolus

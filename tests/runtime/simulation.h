#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/logger.h"
#include "log/memory_log.h"
#include "runtime/internal_topics.h"
#include "runtime/task_context.h"
#include "runtime/worker.h"
#include "topology/plan.h"

namespace pactolus::testing {

/// The plan of a topology's text; the test fails with the rendered diagnostics if there is none.
std::unique_ptr<const Plan> plan_of(const std::string& yaml);

/// From topic `events` to topic `out`, as it is.
inline constexpr const char* kCopyTopology = R"(
topology: copy
sources:
  events: {topic: events, fields: {k: text}}
sinks:
  out: {from: events, topic: out}
)";

/// Workers of one application over a log in memory, in one thread and virtual time: turns, crashes and faults
/// happen only when the test says so.
class Simulation {
 public:
  Simulation(const std::string& yaml, int32_t partitions, std::vector<std::string> sources,
             std::vector<std::string> sinks);

  MemoryLog& log() { return log_; }
  ManualClock& clock() { return clock_; }
  const Plan& plan() const { return *plan_; }
  const TaskContext& context() const { return *context_; }

  /// For workers that start from now on; without it they have no disks.
  using StateOf = std::function<StateOptions(int number)>;
  void set_state(StateOf state_of) { state_of_ = std::move(state_of); }

  /// For workers that start from now on: deliver results at least once.
  void send_results_at_once() { results_at_once_ = true; }

  void append(const std::string& topic, int32_t partition, const std::string& key, const std::string& value) {
    append(topic, partition, key, value, clock_.now());
  }
  void append(const std::string& topic, int32_t partition, const std::string& key, const std::string& value,
              ProcessingTime timestamp);
  /// Starts worker `number` if it does not run. A life has a nonce of its own.
  void start(int number);
  /// As kill -9: what is open stays open, nothing is closed.
  void kill(int number);
  bool runs(int number) const {
    return workers_.size() > static_cast<size_t>(number) && workers_[number] != nullptr;
  }
  /// One turn of a worker, if it runs. False: it has nothing left to do.
  bool turn(int number);
  Worker& worker(int number) { return *workers_[number]; }
  /// Turns of all workers, with time passing, until nothing is left to do.
  void drain();
  /// Ends the sources of all tasks and drains: all windows close.
  void end();

  /// Values that a read_committed reader sees, in order.
  std::vector<std::string> values(const std::string& topic, int32_t partition) const;
  std::vector<std::string> all_values(const std::string& topic) const;

 private:
  ManualClock clock_{ProcessingTime{1'700'000'000'000'000}};
  MemoryLog log_{clock_, MemoryWaits::kNever};
  MemoryLogClient client_{log_};
  std::shared_ptr<Logger> logger_ = make_silent_logger();
  int32_t partitions_;
  std::unique_ptr<const Plan> plan_;
  std::unique_ptr<PreparedTopics> topics_;
  std::unique_ptr<TaskContext> context_;
  std::vector<std::unique_ptr<Worker>> workers_;
  static inline uint64_t lives_ = 0;  // of all simulations: nonces differ, as random ones do
  bool results_at_once_ = false;
  StateOf state_of_ = [](int) { return StateOptions{}; };
};

}  // namespace pactolus::testing

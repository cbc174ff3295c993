#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/logger.h"
#include "log/ports.h"
#include "runtime/committer.h"
#include "runtime/probe.h"
#include "runtime/repartition_purger.h"
#include "runtime/restorer.h"
#include "runtime/shared_inputs.h"
#include "runtime/state_keeper.h"
#include "runtime/state_options.h"
#include "runtime/task_context.h"

namespace pactolus {

struct WorkerOptions {
  std::string instance;  // stable name of this process among its peers
  int number = 0;        // of this worker within the process
  uint64_t nonce = 0;    // random, of this life
  /// From the begin of one commit to that of the next.
  Duration commit_interval = std::chrono::milliseconds{100};
  /// At-least-once delivery: sinks' records and dead letters are written as soon as they are there, not with
  /// the transaction, and may come again after an abort. State, offsets and repartition rows stay exact.
  bool results_at_once = false;
  Duration purge_interval = std::chrono::seconds{30};  // of repartition topics, below what is committed
  Duration session_timeout = std::chrono::seconds{10};
  Duration transaction_timeout = std::chrono::seconds{10};
  StateOptions state{};
  size_t fetch_records = kBatchRowsMax;  // of one partition at a time
  size_t produce_bytes =
      1024 * 1024;  // pending output beyond this goes into the transaction before its commit
  Probe probe = nullptr;
};

/// What a turn of a worker's loop was.
enum class Turn : uint8_t {
  kWorked,   // something was done: there may be more
  kPending,  // nothing to do now, but something is not finished: a restore, a commit that is not due yet,
             // Kafka is away
  kQuiet,    // nothing to do and nothing uncommitted
};

/// One thread's work: one consumer, one transactional producer, the tasks assigned to it. turn() is the hot
/// loop's body; it never waits for data, so that a simulation can drive many workers in one thread. On stop:
/// commit, close. Owned by the application (or a test). Threads: one, but for stop().
class Worker {
 public:
  Worker(WorkerOptions options, const TaskContext& context, LogClient& client, const Clock& clock,
         Logger& logger);
  ~Worker();

  /// Group events, restores, a slice of every task, a commit if it is due. Error: this worker cannot go on;
  /// the message is for the operator.
  Result<Turn> turn();
  /// turn() until stop() or an error, waiting for data in between.
  Result<void> run();
  /// Makes run() commit, close and return. Threads: any.
  void stop();
  /// Commits what is done, whether due or not. For tests and the end of run().
  Result<void> commit_now();
  void close();

  /// Whether it has committed anything, in this life.
  bool has_committed() const { return committer_.has_committed(); }

  /// For tests and the admin server.
  size_t running_tasks() const { return slots_.size(); }
  bool restoring() const { return restorer_ != nullptr; }
  std::vector<Task*> tasks();

 private:
  Result<Turn> take_turn();
  Result<void> connect();
  Result<void> serve_group();
  bool is_first_twin(const LogError& error);
  Result<void> leave_group(const LogError& error);
  Result<void> on_assigned(const Assigned& event);
  Error has_grown(const SubTopologyTasks& led) const;
  Result<void> on_revoked(const Revoked& event);
  Result<void> start_restore(std::vector<std::unique_ptr<TaskSlot>> suspended);
  std::vector<std::unique_ptr<TaskSlot>> take_suspended();
  void forget_tasks();
  Result<bool> may_start();
  Result<bool> restore_some();
  Result<bool> process_some();
  void wait();
  void note_away(const std::string& why);
  void tell_reachability();
  TransactionOutcome produce_some();
  Result<bool> fetch(TaskSlot& slot);
  Result<bool> fetch_shared();  // for all tasks at once
  bool suspect(const TaskInput& input);
  Result<bool> drop_suspects();
  void check_idle(TaskSlot& slot);
  Result<void> finish(TransactionOutcome outcome);
  Result<void> rewind();
  bool commit_due() const;
  bool anything_changed() const;
  static std::vector<TaskSlot*> views_of(const std::vector<std::unique_ptr<TaskSlot>>& slots);
  std::vector<TaskSlot*> slots() const { return views_of(slots_); }
  std::string member_name() const;
  std::string client_id() const;

  // Fixed after construction.
  WorkerOptions options_;
  const TaskContext& context_;
  LogClient& client_;
  const Clock& clock_;
  Logger& logger_;

  std::unique_ptr<Admin> admin_;
  std::unique_ptr<GroupMember> member_;
  Committer committer_;
  std::vector<TopicPartition> assigned_;  // of lead topics, as the group gave them
  std::unique_ptr<Restorer> restorer_;
  std::vector<std::unique_ptr<TaskSlot>> slots_;
  std::vector<std::unique_ptr<TaskSlot>> suspended_;  // between a revoke and the next assignment
  SharedInputs shared_;                               // of slots_
  StateKeeper keeper_;
  RepartitionPurger purger_;
  std::map<TopicPartition, ProcessingTime>
      last_record_;  // when an input's partition last had records, for idleness
  Outgoing outgoing_;
  ProcessingTime interval_began_;
  ProcessingTime map_checked_;
  bool map_agreed_ = false;
  std::optional<PartitionPosition> suspected_;  // the last place from which rows were gone
  bool suspects_ = false;                       // just now
  bool map_refusal_logged_ = false;
  std::optional<ProcessingTime> twin_seen_;   // when this member was fenced in its group, the last time
  bool answered_ = false;                     // by Kafka, in this turn
  bool unanswered_ = false;                   // something was, in this turn
  std::optional<ProcessingTime> away_since_;  // the first turn without an answer, until all is answered
  std::string away_;                          // why
  bool away_told_ = false;
  std::atomic<bool> stopping_{false};
};

/// The client.id of a worker: carries the task map's hash, so that members with another map recognise each
/// other.
std::string client_id_of(const std::string& application, const std::string& map_hash,
                         const std::string& instance);
/// The map hash in a client.id of ours; none: not one of ours.
std::optional<std::string> map_hash_in(const std::string& client_id);

}  // namespace pactolus

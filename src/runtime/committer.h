#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/logger.h"
#include "log/ports.h"
#include "runtime/outgoing.h"
#include "runtime/probe.h"
#include "runtime/task.h"
#include "runtime/task_log.h"

namespace pactolus {

/// A running task with its place in the changelog.
struct TaskSlot {
  std::unique_ptr<Task> task;
  TaskLog log;
  ProcessingTime checkpointed_at{};      // the last try
  std::unique_ptr<Deletion> deletion{};  // of what is superfluous in its changelog, while it is under way
};

/// How a transaction went, as far as its tasks are concerned.
enum class TransactionOutcome : uint8_t {
  kFine,
  kNotReady,  // no producer yet: Kafka is not reachable; nothing happened
  kAborted,   // nothing of it happened; the tasks are back at their last commit, their inputs must be rewound
  kDropTasks,  // what the tasks hold is of no use any more: restore them
  kTwin,       // another process runs as this one
  kFatal,      // error() says why
};

/// The worker's transactions: one producer, at most one open transaction, the order of a commit's calls and
/// what their failures mean (design: exactly once). The only place where the doubt rule lives. Threads: the
/// worker's.
///
/// Results (sinks' records and dead letters) are part of the transaction, or, for at-least-once delivery, go
/// past it through a producer of their own. Then a transaction is committed only after all its results are in
/// the log, and aborted if one of them failed: after any abort they come again.
class Committer {
 public:
  struct Options {
    TransactionalProducerOptions producer;
    bool results_at_once = false;                           // results go past the transaction
    Duration committed_timeout = std::chrono::seconds{10};  // for the group's offsets when in doubt
    Probe probe = nullptr;
  };
  Committer(Options options, LogClient& client, const Clock& clock, Logger& logger);

  /// Makes sure of a producer that has settled what an earlier life left open. kFine or why not.
  TransactionOutcome prepare();
  /// Produces what is pending of a kind (none: of any) in the open transaction (begins one if needed). On
  /// failure all `slots` are rolled back or to be dropped.
  TransactionOutcome produce(Outgoing& pending, std::optional<OutgoingKind> only,
                             std::span<TaskSlot* const> slots, GroupMember& member);
  /// Commits what the changed tasks among `slots` did, with their offsets.
  TransactionOutcome commit(Outgoing& pending, std::span<TaskSlot* const> slots, GroupMember& member);
  /// Gives up the open transaction, if any; the tasks are the caller's to drop.
  void abandon(Outgoing& pending);
  /// From now on gives a failed transaction up at once, whichever way it went: the next life settles it, and
  /// learns which way. Threads: any.
  void hurry() { hurrying_ = true; }

  /// Why the last outcome was kNotReady, kTwin or kFatal.
  const std::string& error() const { return error_; }
  /// Something was, in this life.
  bool has_committed() const { return has_committed_; }

 private:
  TransactionOutcome begin();
  LogResult<void> send(Outgoing& pending, std::optional<OutgoingKind> only);
  LogResult<void> send_results(const TopicPartition& to, std::span<const OutgoingRecord> records);
  LogResult<void> await_results();
  LogResult<TransactionReceipt> commit_calls(Outgoing& pending, std::span<TaskSlot* const> slots,
                                             GroupMember& member);
  TransactionOutcome react(const LogError& error, Outgoing& pending, std::span<TaskSlot* const> slots,
                           GroupMember& member);
  TransactionOutcome abort(Outgoing& pending, std::span<TaskSlot* const> slots, GroupMember& member);
  TransactionOutcome resolve_doubt(std::span<TaskSlot* const> slots, GroupMember& member);
  TransactionOutcome give_up(Outgoing& pending);
  TransactionOutcome fenced(const LogError& error);
  void roll_back(Outgoing& pending, std::span<TaskSlot* const> slots);
  TransactionOutcome fail(std::string message);
  void probe(const char* point) const { pass(options_.probe, point); }

  // Fixed after construction.
  Options options_;
  LogClient& client_;
  const Clock& clock_;
  Logger& logger_;

  std::unique_ptr<TransactionalProducer> producer_;  // none: to be made
  std::unique_ptr<IdempotentProducer> results_;      // none: no results on their way past the transaction
  bool open_ = false;                                // a transaction is
  ProcessingTime opened_at_;
  std::atomic<bool> hurrying_{false};
  bool has_committed_ = false;
  int fenced_young_ = 0;  // in a row, while our transaction was young
  std::string error_;
};

}  // namespace pactolus

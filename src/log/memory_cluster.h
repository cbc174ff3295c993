#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"
#include "log/memory_fault.h"
#include "log/memory_groups.h"
#include "log/memory_log.h"
#include "log/memory_topics.h"
#include "log/memory_transactions.h"

namespace pactolus {

/// The inside of a MemoryLog: what its clients share, behind one lock. Threads: any; `topics`, `groups` and
/// `transactions` only while holding what enter() gave.
class MemoryCluster {
 public:
  using Lock = std::unique_lock<std::mutex>;

  MemoryCluster(const Clock& clock, MemoryWaits waits) : clock_(clock), waits_(waits) {}

  /// Takes the lock and does what is overdue: sessions and transactions that timed out.
  [[nodiscard]] Lock enter();
  ProcessingTime now() const { return clock_.now(); }
  /// A session or a transaction may time out at `due`, not earlier.
  void due_at(ProcessingTime due) { next_due_ = std::min(next_due_, due); }
  /// Wakes everybody who waits, to look again.
  void notify() { changed_.notify_all(); }

  /// Waits, doing meanwhile what falls due, until `done` holds or `timeout` of real time has passed; says
  /// whether it holds. Without waiting, in a log that never waits.
  template <class Predicate>
  bool wait(Lock& lock, Duration timeout, Predicate done) {
    const auto stop = deadline(timeout);
    while (!done()) {
      if (!wait_for_change(lock, stop)) return false;
    }
    return true;
  }

  LogFault fault(LogRequest request, std::string_view client) const {
    return faults_ ? faults_(request, client) : LogFault::kNone;
  }
  /// Before the first client uses the log.
  void set_faults(LogFaultHook hook) { faults_ = std::move(hook); }

  MemoryTopics topics;
  MemoryGroups groups{topics};
  MemoryTransactions transactions{topics, groups};

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Deadline deadline(Duration timeout) const;
  /// False when `stop` is past.
  bool wait_for_change(Lock& lock, Deadline stop);
  void do_overdue();

  const Clock& clock_;
  const MemoryWaits waits_;
  LogFaultHook faults_;

  std::mutex mutex_;
  std::condition_variable changed_;
  ProcessingTime next_due_ = ProcessingTime::max();  // nothing falls due earlier; guarded by mutex_
};

}  // namespace pactolus

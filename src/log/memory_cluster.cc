#include "log/memory_cluster.h"

#include <algorithm>

namespace pactolus {

MemoryCluster::Lock MemoryCluster::enter() {
  Lock lock{mutex_};
  do_overdue();
  return lock;
}

void MemoryCluster::do_overdue() {
  const ProcessingTime now = clock_.now();
  if (now < next_due_) return;
  next_due_ = std::min(groups.expire(now), transactions.expire(now));
  notify();
}

MemoryCluster::Deadline MemoryCluster::deadline(Duration timeout) const {
  constexpr Duration kForever = std::chrono::hours{24};
  if (waits_ == MemoryWaits::kNever) return Deadline::min();
  return std::chrono::steady_clock::now() + std::clamp(timeout, Duration::zero(), kForever);
}

bool MemoryCluster::wait_for_change(Lock& lock, Deadline stop) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= stop) return false;
  // Wakes up for what falls due by itself. The clock may stand still or jump: so not too rarely, and never at
  // once.
  constexpr Duration kShortest = std::chrono::milliseconds{1};
  constexpr Duration kLongest = std::chrono::seconds{1};
  const Duration due = next_due_ == ProcessingTime::max() ? kLongest : next_due_ - clock_.now();
  changed_.wait_until(lock, std::min(stop, now + std::clamp(due, kShortest, kLongest)));
  do_overdue();
  return true;
}

}  // namespace pactolus

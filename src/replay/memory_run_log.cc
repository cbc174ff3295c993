#include "replay/memory_run_log.h"

namespace pactolus {
namespace {

/// Group sessions and transactions last for ever: the wall clock stands for the world's time, not for the
/// workers'.
constexpr Duration kForEver = std::chrono::hours{24 * 365 * 100};
/// A group takes some turns to settle, and nothing else has to be waited for.
constexpr int kWaitsMax = 1000;

}  // namespace

MemoryRunLog::MemoryRunLog(const Clock& clock) : log_(clock, MemoryWaits::kNever), client_(log_) {}

Duration MemoryRunLog::timeout_max() const { return kForEver; }

Result<void> MemoryRunLog::append(const TopicPartition& partition, const OutgoingRecord& record) {
  log_.append(partition, record);
  return {};
}

Result<std::vector<OwnedRecord>> MemoryRunLog::read(const TopicPartition& partition) {
  return log_.read(partition, Isolation::kReadCommitted);
}

bool MemoryRunLog::wait(int times) { return times < kWaitsMax; }

}  // namespace pactolus

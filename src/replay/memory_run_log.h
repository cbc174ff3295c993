#pragma once

#include "base/clock.h"
#include "log/memory_log.h"
#include "replay/run_log.h"

namespace pactolus {

/// A virtual run's log in memory: everything arrives at once. Borrows the clock. Threads: one.
class MemoryRunLog final : public RunLog {
 public:
  explicit MemoryRunLog(const Clock& clock);

  LogClient& client() override { return client_; }
  Duration timeout_max() const override;
  Result<void> append(const TopicPartition& partition, const OutgoingRecord& record) override;
  Result<std::vector<OwnedRecord>> read(const TopicPartition& partition) override;
  bool wait(int times) override;

 private:
  MemoryLog log_;
  MemoryLogClient client_;
};

}  // namespace pactolus

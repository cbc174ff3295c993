#pragma once

#include <vector>

#include "base/result.h"
#include "log/owned_record.h"
#include "log/ports.h"

namespace pactolus {

/// The cluster that a virtual run works on: what it needs beside the ports. Owned by the run. Threads: one.
class RunLog {
 public:
  virtual ~RunLog() = default;
  virtual LogClient& client() = 0;
  /// The longest session and transaction that it grants: a run's clock stands still, but the world's doesn't.
  virtual Duration timeout_max() const = 0;
  /// Appends a committed record to a partition that exists.
  virtual Result<void> append(const TopicPartition& partition, const OutgoingRecord& record) = 0;
  /// The committed records of a partition that exists, in their order.
  virtual Result<std::vector<OwnedRecord>> read(const TopicPartition& partition) = 0;
  /// Nobody found anything to do, so many times in a row, although something is unfinished: lets what is
  /// under way arrive. False: it has taken too long, nothing will come.
  virtual bool wait(int times) = 0;
};

}  // namespace pactolus

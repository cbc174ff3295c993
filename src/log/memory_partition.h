#pragma once

#include <deque>
#include <map>
#include <memory>
#include <span>

#include "base/types.h"
#include "log/ports.h"
#include "log/record.h"

namespace pactolus {

/// Names one transaction of a MemoryLog for ever; kNone for records outside any transaction.
enum class TransactionNumber : uint64_t { kNone = 0 };

/// The log of one partition: records in chunks, and gaps in the offsets where control markers stand. A record
/// is copied once, when it is appended; fetches share the chunk. Owned by MemoryTopics, guarded by the
/// cluster's lock; fetched batches need no lock and outlive it.
class MemoryPartition {
 public:
  MemoryPartition();
  ~MemoryPartition();
  MemoryPartition(MemoryPartition&&) noexcept;

  Offset start() const { return start_; }
  /// What a reader of this isolation may see ends here: at the first record of the earliest open transaction,
  /// or at the log's end.
  Offset end(Isolation isolation) const;

  /// Gives back the offset after the last record.
  Offset append(std::span<const OutgoingRecord> records, TransactionNumber transaction);
  /// Writes the control marker of a transaction, which takes up an offset even if the transaction wrote
  /// nothing here.
  void end_transaction(TransactionNumber transaction, bool committed);
  /// `before` lies within the log.
  void delete_records(Offset before);

  struct Fetch {
    FetchedBatch batch;
    Offset next;  // where the following fetch goes on
  };
  /// Records of one chunk at most. `from` lies within the log.
  Fetch fetch(Offset from, size_t records_max, Isolation isolation) const;

 private:
  class Chunk;

  Chunk& chunk_for_append();
  std::deque<std::shared_ptr<Chunk>>::const_iterator chunk_with(Offset offset) const;

  std::deque<std::shared_ptr<Chunk>> chunks_;  // shared with the batches fetched from them
  Offset start_;
  Offset end_;
  std::map<TransactionNumber, Offset> open_;     // to its first record
  std::map<TransactionNumber, Offset> aborted_;  // to its marker
};

}  // namespace pactolus

#pragma once

#include <memory>
#include <vector>

#include "base/arena.h"
#include "log/memory_partition.h"

namespace pactolus {

/// Consecutive records of a partition with their bytes. Appended to under the cluster's lock; the bytes and
/// headers that views point to never move or change, so readers use them without the lock.
class MemoryPartition::Chunk final : public FetchMemory {
 public:
  struct Record {
    RecordView view;
    TransactionNumber transaction;
  };

  bool full() const { return records_.size() >= kRecordsMax || bytes_ >= kBytesMax; }
  /// In the order of their offsets; valid until the next append.
  const std::vector<Record>& records() const { return records_; }
  Offset first() const { return records_.front().view.offset; }
  Offset last() const { return records_.back().view.offset; }

  void append(Offset offset, const OutgoingRecord& record, TransactionNumber transaction);

 private:
  static constexpr size_t kRecordsMax = 4096;
  static constexpr size_t kBytesMax = 1 << 20;

  std::optional<std::string_view> copy(std::optional<std::string_view> text);
  std::span<const HeaderView> copy(std::span<const OutgoingHeader> headers);

  Arena arena_;
  std::vector<std::unique_ptr<HeaderView[]>> headers_;
  std::vector<Record> records_;
  size_t bytes_ = 0;
};

}  // namespace pactolus

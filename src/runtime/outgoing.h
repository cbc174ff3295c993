#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"
#include "log/record.h"

namespace pactolus {

/// Encoded records waiting to be produced, in order per partition. Appending copies into one buffer per
/// partition. Threads: the worker's.
class Outgoing {
 public:
  void add(const TopicPartition& to, std::optional<std::string_view> key,
           std::optional<std::string_view> value, ProcessingTime timestamp,
           std::span<const OutgoingHeader> headers = {});
  bool empty() const { return records_ == 0; }
  uint64_t records() const { return records_; }
  uint64_t bytes() const { return bytes_; }

  /// Calls `produce(partition, records)` for each partition with records, in the order of the partitions'
  /// names, and forgets the records. Stops at the first error, which it returns; the records are gone all the
  /// same (the transaction is lost). No record is stamped later than `now`: brokers refuse records from their
  /// future.
  template <class Produce>
  auto flush(ProcessingTime now, Produce produce)
      -> decltype(produce(std::declval<const TopicPartition&>(),
                          std::declval<std::span<const OutgoingRecord>>())) {
    using Outcome = decltype(produce(std::declval<const TopicPartition&>(),
                                     std::declval<std::span<const OutgoingRecord>>()));
    Outcome outcome{};
    for (auto& [partition, pending] : pending_) {
      if (outcome.ok() && !pending.records.empty()) outcome = produce(partition, views_of(pending, now));
      pending.clear();
    }
    records_ = 0;
    bytes_ = 0;
    return outcome;
  }
  void clear();

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  struct Slice {
    uint32_t begin = 0;
    uint32_t size = kAbsent;
  };
  struct PendingHeader {
    Slice name;
    Slice value;
  };
  struct PendingRecord {
    Slice key;
    Slice value;
    ProcessingTime timestamp;
    uint32_t headers_begin;
    uint32_t headers_count;
  };
  struct Pending {
    std::string bytes;
    std::vector<PendingHeader> headers;
    std::vector<PendingRecord> records;
    void clear();
    Slice append(std::optional<std::string_view> text);
    std::optional<std::string_view> view(Slice slice) const;
  };

  std::span<const OutgoingRecord> views_of(const Pending& pending, ProcessingTime now);

  std::map<TopicPartition, Pending> pending_;
  Pending* last_ = nullptr;  // rows for one partition come in runs
  const TopicPartition* last_partition_ = nullptr;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
  std::vector<OutgoingRecord> views_;
  std::vector<OutgoingHeader> header_views_;
};

}  // namespace pactolus

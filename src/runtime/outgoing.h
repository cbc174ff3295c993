#pragma once

#include <array>
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

/// Who reads a record. All of a topic are alike.
enum class OutgoingKind : uint8_t {
  kInternal,  // the application itself: changelog, repartition rows, decisions
  kResult,    // others: sinks' records and dead letters
};

/// Encoded records waiting to be produced, in order per partition. Appending copies into one buffer per
/// partition. Threads: the worker's.
class Outgoing {
 public:
  void add(OutgoingKind kind, const TopicPartition& to, std::optional<std::string_view> key,
           std::optional<std::string_view> value, ProcessingTime timestamp,
           std::span<const OutgoingHeader> headers = {});
  bool has(OutgoingKind kind) const { return records_[static_cast<size_t>(kind)] > 0; }
  uint64_t bytes() const { return bytes_; }

  /// Calls `produce(kind, partition, records)` for each partition with records of the kind (none: of any), in
  /// the order of the partitions' names, and forgets the records. Stops at the first error, which it returns;
  /// the records are gone all the same (the transaction is lost). No record is stamped later than `now`:
  /// brokers refuse records from their future.
  template <class Produce>
  auto flush(std::optional<OutgoingKind> only, ProcessingTime now, Produce produce)
      -> decltype(produce(OutgoingKind{}, std::declval<const TopicPartition&>(),
                          std::declval<std::span<const OutgoingRecord>>())) {
    using Outcome = decltype(produce(OutgoingKind{}, std::declval<const TopicPartition&>(),
                                     std::declval<std::span<const OutgoingRecord>>()));
    Outcome outcome{};
    for (auto& [partition, pending] : pending_) {
      if (pending.records.empty() || (only && pending.kind != *only)) continue;
      if (outcome.ok()) outcome = produce(pending.kind, partition, views_of(pending, now));
      clear(pending);
    }
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
    OutgoingKind kind{};
    std::string bytes{};
    std::vector<PendingHeader> headers{};
    std::vector<PendingRecord> records{};
    Slice append(std::optional<std::string_view> text);
    std::optional<std::string_view> view(Slice slice) const;
  };

  void clear(Pending& pending);
  std::span<const OutgoingRecord> views_of(const Pending& pending, ProcessingTime now);

  std::map<TopicPartition, Pending> pending_;
  Pending* last_ = nullptr;  // rows for one partition come in runs
  const TopicPartition* last_partition_ = nullptr;
  std::array<uint64_t, 2> records_{};  // by kind
  uint64_t bytes_ = 0;
  std::vector<OutgoingRecord> views_;
  std::vector<OutgoingHeader> header_views_;
};

}  // namespace pactolus

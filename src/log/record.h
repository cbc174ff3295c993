#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "data/record_view.h"

namespace pactolus {

/// Keeps what the views of a FetchedBatch point to.
class FetchMemory {
 public:
  virtual ~FetchMemory() = default;
};

/// Many consecutive records of one partition. Owns their memory; move it, keep it, drop it: on any thread.
struct FetchedBatch {
  std::vector<RecordView> records;
  /// Set when the reader stood at the end of what it may see (the last stable offset for read_committed
  /// readers) after `records`: the offset that the next record will have at least. Told once for each new
  /// end, and anew after assign().
  std::optional<Offset> end_of_partition;
  std::shared_ptr<const FetchMemory> memory;  // shared: dead letters may need the bytes until the commit
};

/// A record to produce. Points to memory that must live until the call returns.
struct OutgoingHeader {
  std::string_view name;
  std::optional<std::string_view> value;
};
struct OutgoingRecord {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::span<const OutgoingHeader> headers;
  ProcessingTime
      timestamp;  // sent in whole milliseconds, rounded down; 0, which clients take for "now", as 1
};

}  // namespace pactolus

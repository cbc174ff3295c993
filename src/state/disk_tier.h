#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pactolus {

/// What a checkpoint writes: all of it or nothing.
struct DiskChanges {
  using Put = std::function<Result<void>(std::string_view key, std::optional<std::string_view> value)>;
  std::string mark;  // what the state now is (checkpoint_mark.h)
  std::vector<std::pair<std::string, std::string>>
      drops;  // ranges [first, second) that go before the entries
  /// Calls `put` for each changed entry, strictly ascending by key; no value: the entry is gone.
  std::function<Result<void>(const Put& put)> entries;
};

/// The copy of one task's state on this machine's disk: sorted keys and values, as of the last checkpoint.
/// Only a cache of the changelog: it may lag behind, be wiped or be lost, never be ahead of Kafka. Keys are
/// never empty. Owned by the task's StateStore. Threads: the task's. Errors name the folder.
class DiskTier {
 public:
  virtual ~DiskTier() = default;
  /// The last checkpoint's mark; none: there was none.
  virtual Result<std::optional<std::string>> mark() = 0;
  /// The keys' values, in their order.
  virtual Result<std::vector<std::optional<std::string>>> get(std::span<const std::string> keys) = 0;
  /// Visits the entries of [from, until) in order, until the visitor says false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual Result<void> scan(std::string_view from, std::string_view until, const Visit& visit) = 0;
  /// The same from the last one to the first.
  virtual Result<void> scan_back(std::string_view from, std::string_view until, const Visit& visit) = 0;
  /// Writes a checkpoint. When it returns it survives a crash of the machine; after an error nothing of it is
  /// there.
  virtual Result<void> apply(const DiskChanges& changes) = 0;
  /// Forgets everything, whatever state it is in.
  virtual Result<void> wipe() = 0;
};

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "state/disk_tier.h"

namespace pactolus {

/// The way of all tables of a task to its disk tier. Remembers the first failure: what was read since then is
/// worthless, and the transaction must not be committed. Owned by the StateStore. Threads: the task's.
class DiskAccess {
 public:
  explicit DiskAccess(DiskTier& tier) : tier_(tier) {}
  DiskTier& tier() { return tier_; }
  const std::optional<Error>& failure() const { return failure_; }
  void fail(Error error) {
    if (!failure_) failure_ = std::move(error);
  }
  /// As DiskTier's; on a failure nothing is found.
  std::vector<std::optional<std::string>> get(std::span<const std::string> keys);
  void scan(std::string_view from, std::string_view until, const DiskTier::Visit& visit);
  void scan_back(std::string_view from, std::string_view until, const DiskTier::Visit& visit);

 private:
  DiskTier& tier_;
  std::optional<Error> failure_;
};

/// Rows of a window that lie on disk only.
struct StoredRows {
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of their groups' keys and images
  bool operator==(const StoredRows&) const = default;
};

/// Where one window of a table lies in the disk tier: all keys with a prefix. `access` null: there is no
/// disk.
struct StoredWindow {
  DiskAccess* access = nullptr;
  std::string prefix;
};

/// The first key behind all that begin with `prefix`, which does not consist of 0xFF alone.
std::string end_of_prefix(std::string prefix);

}  // namespace pactolus

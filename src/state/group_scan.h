#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "state/hot_table.h"

namespace pactolus {

/// Walks the groups of a window in the order of their keys, those in memory and those on disk alike, in
/// slices. Between slices the window may be committed, checkpointed and evicted from, but not changed.
/// Borrows the window. Threads: the task's.
class GroupScan {
 public:
  /// Begins behind the key `after`; none: at the first one.
  GroupScan(HotTable& window, std::optional<std::string> after);

  /// The next groups, at most `groups_max`; valid until the next call, or until the window changes.
  std::span<const StateGroup> next(size_t groups_max);
  /// Of those that next() gave, as many of the last come again.
  void give_back(size_t groups);
  /// Of the whole window, if all of it is in memory and it has groups.
  std::optional<std::pair<std::string_view, std::string_view>> first_and_last_key() const;
  /// There are no more.
  bool done() const { return memory_done_ == memory_entries_->size() && disk_done_; }
  /// The last key that next() gave; none: it gave none yet.
  const std::optional<std::string>& last_key() const { return last_key_; }

 private:
  struct DiskGroup {
    std::string key;
    std::string image;  // the row's blobs point into it
    std::vector<std::byte> row;
  };
  void index_memory();
  StateGroup group_in_memory() const;
  void read_disk(size_t groups_max);

  HotTable& window_;
  std::optional<std::string> last_key_;
  std::optional<std::string> key_before_;  // the last one of the time before
  std::shared_ptr<const HotTable::SortedEntries> memory_entries_;
  size_t memory_done_ = 0;
  uint64_t evictions_ = 0;
  bool disk_done_ = false;
  std::vector<StateGroup> groups_;
  std::vector<DiskGroup> disk_groups_;
};

}  // namespace pactolus

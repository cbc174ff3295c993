#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/disk_tier.h"
#include "state/state_table.h"
#include "state/stored_window.h"

namespace pactolus {

/// All state of one task. Owns the tables; operators hold references to them. Over a disk tier it may be
/// larger than memory, and survives a restart of the process as of the last checkpoint. Threads: the task's.
class StateStore {
 public:
  /// Declares a table, before anything is restored. (step, table) must be new.
  StateTable& declare(TableLayout layout);
  /// nullptr: not declared.
  StateTable* find(std::string_view step, std::string_view table);
  const std::vector<std::unique_ptr<StateTable>>& tables() const { return tables_; }
  /// Of memory.
  uint64_t bytes() const;
  /// Live rows, those on disk included.
  uint64_t rows() const;
  /// About what all live rows take up in the changelog.
  uint64_t image_bytes() const;
  void commit();
  void rollback();

  // ---- over a disk, outside transactions but for rewrite()

  /// All tables continue from what the disk holds: `windows` by table, empty for a disk without a checkpoint.
  void attach(std::unique_ptr<DiskTier> disk, const std::vector<StateTable::StoredWindows>& windows);
  bool has_disk() const { return disk_ != nullptr; }
  /// Some read from the disk failed: the open transaction must not be committed.
  const std::optional<Error>& failure() const;
  /// Something changed since the last checkpoint.
  bool has_overlay() const;
  std::vector<StateTable::StoredWindows> all_windows() const;
  /// Writes what changed since the last checkpoint. `mark` describes the state as it is now.
  Result<void> checkpoint(std::string mark);
  /// Frees memory until bytes() is at most `bytes_wanted`, as far as possible. Only right after a checkpoint.
  void evict(uint64_t bytes_wanted);
  /// Forgets what is on disk, for a state that has to be restored anew.
  Result<void> wipe();

  /// How far rewrite() has come.
  struct Rewritten {
    std::string cursor;  // the last key that was looked at
    bool ended = false;  // there are no more
  };
  /// Visits entries on disk, in the order of their keys behind `cursor`, that are the current ones (neither
  /// the overlay nor the open transaction has another version), about `bytes_max` of them.
  using VisitEntry = std::function<void(const TableLayout& layout, const StateChange& change)>;
  Rewritten rewrite(std::string cursor, uint64_t bytes_max, const VisitEntry& visit);

 private:
  std::vector<std::unique_ptr<StateTable>> tables_;
  std::unique_ptr<DiskTier> disk_;
  std::unique_ptr<DiskAccess> access_;
};

}  // namespace pactolus

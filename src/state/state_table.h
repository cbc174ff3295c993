#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "state/hot_table.h"
#include "state/layout.h"
#include "state/row_image.h"

namespace pactolus {

/// One change of a state table, as it stands in the changelog. Views are valid during the call that passes
/// it.
struct StateChange {
  /// kPut and kDelete: of a row that was there before the transaction; kInsert: of one that was not.
  enum Kind : uint8_t { kPut = 0, kDelete = 1, kDeleteWindow = 2, kInsert = 3 };
  static bool has_value(Kind kind) { return kind == kPut || kind == kInsert; }
  Kind kind = kPut;
  std::string_view key;    // entry_key.h; for kDeleteWindow the window's end alone
  std::string_view value;  // row_image.h; for kPut and kInsert
};

/// One state table of one step in one task: a hot table per window end, or a single one for a running table
/// (its window end is EventTime::max()). Dropping a window is one range tombstone. Threads: the task's.
class StateTable {
 public:
  /// What the disk holds, by window end.
  using StoredWindows = std::map<EventTime, StoredRows>;

  explicit StateTable(TableLayout layout) : layout_(std::move(layout)) {}
  StateTable(const StateTable&) = delete;
  StateTable& operator=(const StateTable&) = delete;

  const TableLayout& layout() const { return layout_; }
  /// The rows of one window, made if there are none.
  HotTable& window(EventTime end);
  /// The rows of one window; nullptr if there are none.
  HotTable* find_window(EventTime end);
  /// The single window of a running table.
  HotTable& running() { return window(EventTime::max()); }
  /// Ends of the windows that exist, ascending.
  std::vector<EventTime> window_ends() const;
  /// The earliest window's end; EventTime::max() if there is none.
  EventTime first_window_end() const;
  /// The first end that is not before `end`; EventTime::max(): there is none.
  EventTime next_window_end(EventTime end) const;
  /// The last end that is not after `end`; EventTime::min(): there is none.
  EventTime last_window_end(EventTime end) const;
  /// Removes a window with all its rows; undone by rollback().
  void drop_window(EventTime end);
  /// Live rows, those on disk included.
  uint64_t rows() const;
  /// Of memory.
  uint64_t bytes() const;
  /// About what all live rows take up in the changelog.
  uint64_t image_bytes() const;

  /// Visits everything changed since the last commit, dropped windows first, else in the order of first
  /// touch.
  void for_each_change(const std::function<void(const StateChange&)>& visit) const;
  void commit();
  void rollback();
  /// Applies a change read from the changelog, outside any transaction. `mapping` is from the layout that it
  /// was written with to this table's. `complete`: the table holds all rows of its time, so that the change's
  /// kind tells whether there is one on disk. False: malformed, or at odds with what is there.
  bool restore(const StateChange& change, const RowMapping& mapping, bool complete);
  /// Drops everything, outside any transaction.
  void forget();
  /// Some live rows are not in memory.
  bool partly_on_disk() const;
  /// Reads rows of these entries (their keys, as in the changelog) that are on disk only into memory: many at
  /// once, before each is restored.
  void load(std::span<const std::string_view> entry_keys);

  // ---- over a disk

  /// From now on the table is what the disk holds, under keys with the prefix. It must be empty.
  void attach(DiskAccess& access, std::string prefix, const StoredWindows& windows);
  /// What the disk will hold once a checkpoint is done.
  StoredWindows all_windows() const;
  bool has_overlay() const;
  /// The ranges on disk of windows that are gone since the last checkpoint.
  std::vector<std::pair<std::string, std::string>> stored_drops() const;
  Result<void> write_overlay(const DiskChanges::Put& put);
  void checkpointed();
  /// Whether an entry on disk (its key without the table's prefix) is the current one.
  bool is_current(std::string_view entry_key) const;
  std::vector<HotTable*> windows();

 private:
  StoredWindow stored_window(EventTime end) const;
  void forget_empty_windows();
  void forget_window(EventTime end, const HotTable& table);

  TableLayout layout_;
  DiskAccess* access_ = nullptr;
  std::string prefix_;  // on disk
  std::map<EventTime, std::unique_ptr<HotTable>> windows_;
  std::map<EventTime, std::unique_ptr<HotTable>> dropped_;  // in the open transaction
  std::set<EventTime> stored_drops_;  // since the last checkpoint, of windows that it holds
  std::vector<std::byte> scratch_row_;
};

}  // namespace pactolus

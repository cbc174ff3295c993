#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/types.h"
#include "state/hot_table.h"
#include "state/layout.h"

namespace pactolus {

/// One state table of one step in one task: a hot table per window end, or a single one for a running table (its window end
/// is EventTime::max()). Dropping a window is one range tombstone. Threads: the task's.
class StateTable {
 public:
  explicit StateTable(TableLayout layout) : layout_(std::move(layout)) {}

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
  /// Removes a window with all its rows; undone by rollback().
  void drop_window(EventTime end);
  uint64_t bytes() const;

  struct Change {
    enum Kind : uint8_t { kPut = 0, kDelete = 1, kDeleteWindow = 2 };
    Kind kind;
    std::string_view key;    // window end (if windowed), group, part: as in the changelog; for kDeleteWindow the prefix
    std::string_view value;  // the serialised row, for kPut
  };
  /// Visits everything changed since the last commit as changelog entries; views are valid during the call.
  void for_each_change(const std::function<void(const Change&)>& visit) const;
  void commit();
  void rollback();
  /// Applies one changelog entry while restoring. `from` is the layout that the entry was written with: fields are
  /// mapped by name. False: the entry is malformed.
  bool restore(const Change& change, const TableLayout& from);

 private:
  TableLayout layout_;
  std::map<EventTime, std::unique_ptr<HotTable>> windows_;
  std::map<EventTime, std::unique_ptr<HotTable>> dropped_;  // in the open transaction
};

/// Why state written with layout `from` cannot become state of layout `to`; empty if it can. Says the way out.
std::string why_unmappable(const TableLayout& from, const TableLayout& to);

/// All state of one task. Owns the tables; operators hold references to them. Threads: the task's.
class StateStore {
 public:
  /// Declares a table, before anything is restored. (step, table) must be new.
  StateTable& declare(TableLayout layout);
  StateTable* find(std::string_view step, std::string_view table);
  const std::vector<std::unique_ptr<StateTable>>& tables() const { return tables_; }
  uint64_t bytes() const;
  void commit();
  void rollback();

 private:
  std::vector<std::unique_ptr<StateTable>> tables_;
};

}  // namespace pactolus

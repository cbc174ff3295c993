#pragma once

#include <optional>
#include <span>
#include <string>

#include "operators/operator.h"
#include "state/group_scan.h"
#include "state/state_table.h"

namespace pactolus {

/// The first window of a table on its way out, in slices: what Operator::fire(), cursor() and resume() have
/// in common wherever a window's entries fall due together. Between two slices the window must not be
/// changed. Borrows the table. Threads: the task's.
class ClosingWindow {
 public:
  explicit ClosingWindow(StateTable& table) : table_(table) {}

  /// The next entries in the order of their keys, at most about `entries_max`; begins with the first window
  /// if none is under way. Valid until the window changes.
  std::span<const StateGroup> next(size_t entries_max);
  /// Of the window under way.
  EventTime end() const { return scan_->end; }
  bool under_way() const { return scan_.has_value(); }
  /// next() has given all there are: drop the window, then forget() it.
  bool done() const { return scan_->groups.done(); }
  /// No window is under way any more.
  void forget() { scan_.reset(); }

  std::optional<CloseCursor> cursor(const std::string& step) const;
  void resume(const CloseCursor& cursor) { begin(cursor.window_end, cursor.last_key); }

 private:
  struct Scan {
    EventTime end;
    GroupScan groups;
  };
  void begin(EventTime end, std::optional<std::string> after);

  StateTable& table_;
  std::optional<Scan> scan_;
};

}  // namespace pactolus

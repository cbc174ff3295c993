#include "operators/windows/closing_window.h"

#include <algorithm>

#include "base/check.h"

namespace pactolus {

std::span<const StateGroup> ClosingWindow::next(size_t entries_max) {
  if (!scan_) begin(table_.first_window_end(), std::nullopt);
  return scan_->groups.next(std::clamp<size_t>(entries_max, 1, kBatchRowsMax));
}

void ClosingWindow::begin(EventTime end, std::optional<std::string> after) {
  HotTable* window = table_.find_window(end);
  PACTOLUS_CHECK(window != nullptr, "a window without state was closed");
  scan_.emplace(Scan{end, GroupScan(*window, std::move(after))});
}

std::optional<CloseCursor> ClosingWindow::cursor(const std::string& step) const {
  if (!scan_) return std::nullopt;
  return CloseCursor{step, scan_->end, scan_->groups.last_key().value_or("")};
}

}  // namespace pactolus

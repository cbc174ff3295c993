#include "state/state_table.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "state/entry_key.h"

namespace pactolus {

HotTable& StateTable::window(EventTime end) {
  auto& table = windows_[end];
  if (table == nullptr) {
    PACTOLUS_CHECK(!dropped_.contains(end), "a window came back in the transaction that dropped it");
    table = std::make_unique<HotTable>(layout_, stored_window(end));
  }
  return *table;
}

HotTable* StateTable::find_window(EventTime end) {
  auto found = windows_.find(end);
  return found == windows_.end() ? nullptr : found->second.get();
}

std::vector<EventTime> StateTable::window_ends() const {
  std::vector<EventTime> ends;
  for (const auto& [end, table] : windows_) ends.push_back(end);
  return ends;
}

EventTime StateTable::first_window_end() const {
  return windows_.empty() ? EventTime::max() : windows_.begin()->first;
}

EventTime StateTable::next_window_end(EventTime end) const {
  const auto next = windows_.lower_bound(end);
  return next == windows_.end() ? EventTime::max() : next->first;
}

EventTime StateTable::last_window_end(EventTime end) const {
  const auto behind = windows_.upper_bound(end);
  return behind == windows_.begin() ? EventTime::min() : std::prev(behind)->first;
}

void StateTable::drop_window(EventTime end) {
  auto node = windows_.extract(end);
  if (!node.empty()) dropped_.insert(std::move(node));
}

uint64_t StateTable::rows() const {
  uint64_t total = 0;
  for (const auto& [end, table] : windows_) total += table->size();
  return total;
}

uint64_t StateTable::bytes() const {
  uint64_t total = 0;
  for (const auto& [end, table] : windows_) total += table->bytes();
  for (const auto& [end, table] : dropped_) total += table->bytes();
  return total;
}

void StateTable::for_each_change(const std::function<void(const StateChange&)>& visit) const {
  std::string key;
  std::string value;
  for (const auto& [end, table] : dropped_) {
    key.clear();
    append_window_end(end, key);
    visit({StateChange::kDeleteWindow, key, {}});
  }
  for (const auto& window : windows_) {
    EventTime end = window.first;
    window.second->for_each_change([&](std::string_view group, const std::byte* row, bool is_new) {
      key.clear();
      append_entry_key(layout_.windowed(), {end, group, 0}, key);
      value.clear();
      if (row != nullptr) append_row_image(layout_, row, value);
      const auto kind = row == nullptr ? StateChange::kDelete
                        : is_new       ? StateChange::kInsert
                                       : StateChange::kPut;
      visit({kind, key, value});
    });
  }
}

uint64_t StateTable::image_bytes() const {
  uint64_t total = 0;
  for (const auto& [end, table] : windows_) total += table->image_bytes();
  return total;
}

void StateTable::commit() {
  for (const auto& [end, table] : dropped_) forget_window(end, *table);
  dropped_.clear();
  for (auto& [end, table] : windows_) table->commit();
  forget_empty_windows();
}

void StateTable::rollback() {
  windows_.merge(dropped_);
  PACTOLUS_CHECK(dropped_.empty());
  for (auto& [end, table] : windows_) table->rollback();
  forget_empty_windows();
}

void StateTable::forget_empty_windows() {
  std::erase_if(windows_, [this](const auto& window) {
    if (window.second->empty()) forget_window(window.first, *window.second);
    return window.second->empty();
  });
}

void StateTable::forget_window(EventTime end, const HotTable& table) {
  if (table.on_disk()) stored_drops_.insert(end);
}

void StateTable::forget() {
  for (const auto& [end, table] : windows_) forget_window(end, *table);
  windows_.clear();
}

bool StateTable::partly_on_disk() const {
  return std::any_of(windows_.begin(), windows_.end(),
                     [](const auto& window) { return window.second->stored_only().rows > 0; });
}

void StateTable::load(std::span<const std::string_view> entry_keys) {
  std::map<EventTime, std::vector<std::string_view>> groups;
  for (std::string_view bytes : entry_keys) {
    auto key = decode_entry_key(layout_.windowed(), bytes);
    if (key) groups[key->window_end].push_back(key->group);
  }
  for (const auto& [end, keys] : groups) {
    if (HotTable* window = find_window(end)) window->load(keys);
  }
}

bool StateTable::restore(const StateChange& change, const RowMapping& mapping, bool complete) {
  if (change.kind == StateChange::kDeleteWindow) {
    auto end = decode_window_end(change.key);
    if (!end || !layout_.windowed()) return false;
    if (HotTable* table = find_window(*end)) forget_window(*end, *table);
    windows_.erase(*end);
    return true;
  }
  auto key = decode_entry_key(layout_.windowed(), change.key);
  if (!key || key->part != 0) return false;
  HotTable& table = window(key->window_end);
  using Before = HotTable::Before;
  const Before before = !complete                             ? Before::kUnknown
                        : change.kind == StateChange::kInsert ? Before::kNone
                                                              : Before::kRow;
  bool fine = true;
  if (StateChange::has_value(change.kind)) {
    scratch_row_.resize(layout_.row_size());
    fine = mapping.read(change.value, scratch_row_.data(), table.heap());
    fine = fine && table.restore(key->group, scratch_row_.data(), before);
  } else {
    fine = table.restore(key->group, nullptr, before);
  }
  if (table.empty()) {
    forget_window(key->window_end, table);
    windows_.erase(key->window_end);
  }
  return fine;
}

// ---- over a disk
// ----------------------------------------------------------------------------------------------------

void StateTable::attach(DiskAccess& access, std::string prefix, const StoredWindows& windows) {
  PACTOLUS_CHECK(windows_.empty());
  access_ = &access;
  prefix_ = std::move(prefix);
  for (const auto& [end, rows] : windows)
    windows_.emplace(end, std::make_unique<HotTable>(layout_, stored_window(end), rows));
}

StoredWindow StateTable::stored_window(EventTime end) const {
  std::string prefix = prefix_;
  if (layout_.windowed()) append_window_end(end, prefix);
  return {access_, std::move(prefix)};
}

StateTable::StoredWindows StateTable::all_windows() const {
  StoredWindows all;
  for (const auto& [end, table] : windows_) all.emplace(end, table->all_rows());
  return all;
}

bool StateTable::has_overlay() const {
  return !stored_drops_.empty() ||
         std::any_of(windows_.begin(), windows_.end(), [](const auto& w) { return w.second->has_overlay(); });
}

std::vector<std::pair<std::string, std::string>> StateTable::stored_drops() const {
  std::vector<std::pair<std::string, std::string>> ranges;
  for (EventTime end : stored_drops_) {
    std::string prefix = stored_window(end).prefix;
    std::string until = end_of_prefix(prefix);
    ranges.emplace_back(std::move(prefix), std::move(until));
  }
  return ranges;
}

Result<void> StateTable::write_overlay(const DiskChanges::Put& put) {
  std::string key;
  std::string image;
  for (auto& [end, table] : windows_) {
    const std::string prefix = stored_window(end).prefix;
    PACTOLUS_TRY(table->for_each_overlaid([&](std::string_view group, const std::byte* row) {
      key = prefix;
      append_entry_key(false, {.group = group}, key);
      image.clear();
      if (row != nullptr) append_row_image(layout_, row, image);
      return put(key, row == nullptr ? std::nullopt : std::optional<std::string_view>(image));
    }));
  }
  return {};
}

void StateTable::checkpointed() {
  stored_drops_.clear();
  for (auto& [end, table] : windows_) table->checkpointed();
}

bool StateTable::is_current(std::string_view entry_key) const {
  auto key = decode_entry_key(layout_.windowed(), entry_key);
  if (!key || stored_drops_.contains(key->window_end)) return false;
  auto window = windows_.find(key->window_end);
  return window != windows_.end() && !window->second->overlays(key->group);
}

std::vector<HotTable*> StateTable::windows() {
  std::vector<HotTable*> all;
  for (auto& [end, table] : windows_) all.push_back(table.get());
  return all;
}

}  // namespace pactolus

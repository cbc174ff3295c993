#include "state/state_table.h"

#include "base/check.h"
#include "state/entry_key.h"

namespace pactolus {

HotTable& StateTable::window(EventTime end) {
  auto& table = windows_[end];
  if (table == nullptr) {
    PACTOLUS_CHECK(!dropped_.contains(end), "a window came back in the transaction that dropped it");
    table = std::make_unique<HotTable>(layout_);
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
    window.second->for_each_change([&](std::string_view group, const std::byte* row) {
      key.clear();
      append_entry_key(layout_.windowed(), {end, group, 0}, key);
      value.clear();
      if (row != nullptr) append_row_image(layout_, row, value);
      visit({row == nullptr ? StateChange::kDelete : StateChange::kPut, key, value});
    });
  }
}

void StateTable::commit() {
  dropped_.clear();
  for (auto& [end, table] : windows_) table->commit();
  std::erase_if(windows_, [](const auto& window) { return window.second->empty(); });
}

void StateTable::rollback() {
  windows_.merge(dropped_);
  PACTOLUS_CHECK(dropped_.empty());
  for (auto& [end, table] : windows_) table->rollback();
  std::erase_if(windows_, [](const auto& window) { return window.second->empty(); });
}

bool StateTable::restore(const StateChange& change, const RowMapping& mapping) {
  if (change.kind == StateChange::kDeleteWindow) {
    auto end = decode_window_end(change.key);
    if (!end || !layout_.windowed()) return false;
    windows_.erase(*end);
    return true;
  }
  auto key = decode_entry_key(layout_.windowed(), change.key);
  if (!key || key->part != 0) return false;
  HotTable& table = window(key->window_end);
  bool fine = true;
  if (change.kind == StateChange::kPut) {
    scratch_row_.resize(layout_.row_size());
    fine = mapping.read(change.value, scratch_row_.data(), table.heap());
    if (fine) table.restore(key->group, scratch_row_.data());
  } else {
    table.restore(key->group, nullptr);
  }
  if (table.empty()) windows_.erase(key->window_end);
  return fine;
}

StateTable& StateStore::declare(TableLayout layout) {
  PACTOLUS_CHECK(find(layout.step(), layout.table()) == nullptr, layout.step());
  tables_.push_back(std::make_unique<StateTable>(std::move(layout)));
  return *tables_.back();
}

StateTable* StateStore::find(std::string_view step, std::string_view table) {
  for (const auto& candidate : tables_) {
    if (candidate->layout().step() == step && candidate->layout().table() == table) return candidate.get();
  }
  return nullptr;
}

uint64_t StateStore::bytes() const {
  uint64_t total = 0;
  for (const auto& table : tables_) total += table->bytes();
  return total;
}

void StateStore::commit() {
  for (const auto& table : tables_) table->commit();
}

void StateStore::rollback() {
  for (const auto& table : tables_) table->rollback();
}

}  // namespace pactolus

#include "state/state_store.h"

#include <algorithm>

#include "base/check.h"

namespace pactolus {
namespace {

/// All entries' keys begin with it; the mark's does not.
constexpr char kEntryByte = 1;
constexpr size_t kTableBytes = 4;
constexpr size_t kPrefixBytes = 1 + kTableBytes;

std::string table_prefix(size_t table) {
  std::string prefix(1, kEntryByte);
  for (int shift = 24; shift >= 0; shift -= 8) prefix.push_back(static_cast<char>(table >> shift));
  return prefix;
}

size_t table_of(std::string_view key) {
  size_t table = 0;
  for (char c : key.substr(1, kTableBytes)) table = table << 8 | static_cast<uint8_t>(c);
  return table;
}

}  // namespace

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

uint64_t StateStore::rows() const {
  uint64_t total = 0;
  for (const auto& table : tables_) total += table->rows();
  return total;
}

uint64_t StateStore::image_bytes() const {
  uint64_t total = 0;
  for (const auto& table : tables_) total += table->image_bytes();
  return total;
}

void StateStore::commit() {
  for (const auto& table : tables_) table->commit();
}

void StateStore::rollback() {
  for (const auto& table : tables_) table->rollback();
}

// ---- over a disk
// ----------------------------------------------------------------------------------------------------

void StateStore::attach(std::unique_ptr<DiskTier> disk,
                        const std::vector<StateTable::StoredWindows>& windows) {
  PACTOLUS_CHECK(windows.empty() || windows.size() == tables_.size());
  disk_ = std::move(disk);
  access_ = std::make_unique<DiskAccess>(*disk_);
  for (size_t i = 0; i < tables_.size(); ++i)
    tables_[i]->attach(*access_, table_prefix(i), windows.empty() ? StateTable::StoredWindows{} : windows[i]);
}

const std::optional<Error>& StateStore::failure() const {
  static const std::optional<Error> none;
  return access_ == nullptr ? none : access_->failure();
}

bool StateStore::has_overlay() const {
  return std::any_of(tables_.begin(), tables_.end(), [](const auto& table) { return table->has_overlay(); });
}

std::vector<StateTable::StoredWindows> StateStore::all_windows() const {
  std::vector<StateTable::StoredWindows> all;
  for (const auto& table : tables_) all.push_back(table->all_windows());
  return all;
}

Result<void> StateStore::checkpoint(std::string mark) {
  PACTOLUS_CHECK(has_disk());
  DiskChanges changes{.mark = std::move(mark), .drops = {}, .entries = {}};
  for (const auto& table : tables_) {
    auto drops = table->stored_drops();
    changes.drops.insert(changes.drops.end(), drops.begin(), drops.end());
  }
  changes.entries = [this](const DiskChanges::Put& put) -> Result<void> {
    for (const auto& table : tables_) PACTOLUS_TRY(table->write_overlay(put));
    return {};
  };
  PACTOLUS_TRY(disk_->apply(changes));
  for (const auto& table : tables_) table->checkpointed();
  return {};
}

/// Takes from the largest first, down to a level that all can keep.
void StateStore::evict(uint64_t bytes_wanted) {
  std::vector<HotTable*> windows;
  for (const auto& table : tables_) {
    auto own = table->windows();
    windows.insert(windows.end(), own.begin(), own.end());
  }
  std::sort(windows.begin(), windows.end(), [](HotTable* a, HotTable* b) { return a->bytes() < b->bytes(); });
  uint64_t left = bytes_wanted;
  for (size_t i = 0; i < windows.size(); ++i) {
    uint64_t share = left / (windows.size() - i);
    windows[i]->evict(share);
    left -= std::min(left, windows[i]->bytes());
  }
}

Result<void> StateStore::wipe() { return disk_->wipe(); }

StateStore::Rewritten StateStore::rewrite(std::string cursor, uint64_t bytes_max, const VisitEntry& visit) {
  constexpr uint64_t kSkippedToVisited = 8;  // looking is cheaper than writing, but not free
  Rewritten result{std::move(cursor), true};
  uint64_t visited = 0;
  uint64_t looked_at = 0;
  std::string from = result.cursor.empty() ? std::string(1, kEntryByte) : result.cursor + '\0';
  std::string until(1, kEntryByte + 1);
  access_->scan(from, until, [&](std::string_view key, std::string_view image) {
    if (visited >= bytes_max || looked_at >= kSkippedToVisited * bytes_max) {
      result.ended = false;
      return false;
    }
    result.cursor = key;
    looked_at += key.size() + image.size();
    size_t index = table_of(key);
    bool known = key.size() > kPrefixBytes && index < tables_.size();
    if (!known) access_->fail(Error{"an entry on disk of a table that does not exist"});
    if (!known) return false;
    StateTable& table = *tables_[index];
    std::string_view entry_key = key.substr(kPrefixBytes);
    if (!table.is_current(entry_key)) return true;
    visited += key.size() + image.size();
    visit(table.layout(), {StateChange::kPut, entry_key, image});
    return true;
  });
  return result;
}

}  // namespace pactolus

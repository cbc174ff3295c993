#include "state/hot_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace pactolus {
namespace {

constexpr uint64_t kEmpty = 0;
constexpr uint64_t kRemoved = 1;
constexpr uint64_t kPointerMask = (uint64_t{1} << 48) - 1;
constexpr size_t kFirstSlots = 64;
constexpr size_t kChunkBytesMin = 4 * 1024;
constexpr size_t kChunkBytesMax = 1024 * 1024;
constexpr size_t kPrefetchGroup = 32;

uint64_t hash_of(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }
uint64_t tag_of(uint64_t hash) { return hash & ~kPointerMask; }

}  // namespace

/// Followed by the row, then the key's bytes.
struct HotTable::Entry {
  uint32_t key_size;
  bool touched;  // in the open transaction: an Undo exists
  bool erased;   // in the open transaction
};

HotTable::HotTable(const TableLayout& layout) : layout_(layout), slots_(kFirstSlots, kEmpty) {}

HotTable::~HotTable() {
  if (layout_.blob_offsets().empty()) return;
  for (uint64_t slot : slots_) {
    if (slot != kEmpty && slot != kRemoved)
      release_blobs(row_of(*reinterpret_cast<Entry*>(slot & kPointerMask)));
  }
}

std::byte* HotTable::row_of(Entry& entry) const { return reinterpret_cast<std::byte*>(&entry + 1); }

std::string_view HotTable::key_of(const Entry& entry) const {
  const char* row = reinterpret_cast<const char*>(&entry + 1);
  return {row + layout_.row_size(), entry.key_size};
}

size_t HotTable::entry_size(size_t key_size) const {
  size_t size = sizeof(Entry) + layout_.row_size() + key_size;
  return (size + 15) / 16 * 16;
}

void HotTable::touch(std::span<const std::string_view> keys, std::span<std::byte*> rows) {
  std::array<uint64_t, kPrefetchGroup> hashes;
  for (size_t begin = 0; begin < keys.size(); begin += kPrefetchGroup) {
    size_t count = std::min(kPrefetchGroup, keys.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(keys[begin + i]);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    for (size_t i = 0; i < count; ++i) {
      uint64_t slot = slots_[hashes[i] & (slots_.size() - 1)];
      __builtin_prefetch(reinterpret_cast<const void*>(slot & kPointerMask), 1);
    }
    for (size_t i = 0; i < count; ++i) {
      Entry* entry = find_or_insert(keys[begin + i], hashes[i]);
      if (!entry->touched) remember(*entry, false);
      if (entry->erased) {
        entry->erased = false;
        ++live_;
      }
      rows[begin + i] = row_of(*entry);
    }
  }
}

const std::byte* HotTable::find(std::string_view key) const {
  Entry* entry = find_entry(key, hash_of(key));
  return entry == nullptr || entry->erased ? nullptr : row_of(*entry);
}

void HotTable::erase(std::string_view key) {
  Entry* entry = find_entry(key, hash_of(key));
  if (entry == nullptr || entry->erased) return;
  if (!entry->touched) remember(*entry, false);
  std::byte* row = row_of(*entry);
  release_blobs(row);
  std::memset(row, 0, layout_.row_size());
  entry->erased = true;
  --live_;
}

uint64_t HotTable::bytes() const { return chunk_bytes_ + slots_.size() * sizeof(uint64_t) + heap_.bytes(); }

std::vector<std::string_view> HotTable::sorted_keys() const {
  std::vector<std::string_view> keys;
  keys.reserve(live_);
  for (uint64_t slot : slots_) {
    if (slot == kEmpty || slot == kRemoved) continue;
    const auto& entry = *reinterpret_cast<const Entry*>(slot & kPointerMask);
    if (!entry.erased) keys.push_back(key_of(entry));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void HotTable::for_each_change(const ChangeVisitor& visit) const {
  for (const Undo& undo : undo_) {
    bool never_existed = undo.entry->erased && undo.row_before == kNone;
    if (!never_existed) visit(key_of(*undo.entry), undo.entry->erased ? nullptr : row_of(*undo.entry));
  }
}

void HotTable::commit() {
  for (const Undo& undo : undo_) {
    undo.entry->touched = false;
    if (undo.entry->erased) remove(*undo.entry);
  }
  undo_.clear();
  undo_rows_.clear();
  heap_.commit();
}

void HotTable::rollback() {
  for (const Undo& undo : undo_) {
    Entry& entry = *undo.entry;
    entry.touched = false;
    if (undo.row_before == kNone) {
      if (!entry.erased) --live_;
      remove(entry);
      continue;
    }
    std::memcpy(row_of(entry), &undo_rows_[undo.row_before], layout_.row_size());
    if (entry.erased) ++live_;
    entry.erased = false;
  }
  undo_.clear();
  undo_rows_.clear();
  heap_.rollback();
}

void HotTable::restore(std::string_view key, const std::byte* row) {
  PACTOLUS_CHECK(undo_.empty());
  uint64_t hash = hash_of(key);
  if (row == nullptr) {
    if (Entry* entry = find_entry(key, hash)) {
      release_blobs(row_of(*entry));
      --live_;
      remove(*entry);
    }
  } else {
    Entry* entry = find_or_insert(key, hash);
    release_blobs(row_of(*entry));
    std::memcpy(row_of(*entry), row, layout_.row_size());
    entry->touched = false;
    undo_.clear();
  }
  heap_.commit();
}

HotTable::Entry* HotTable::find_entry(std::string_view key, uint64_t hash) const {
  size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    uint64_t slot = slots_[i];
    if (slot == kEmpty) return nullptr;
    if (slot == kRemoved || tag_of(slot) != tag_of(hash)) continue;
    auto* entry = reinterpret_cast<Entry*>(slot & kPointerMask);
    if (key_of(*entry) == key) return entry;
  }
}

HotTable::Entry* HotTable::find_or_insert(std::string_view key, uint64_t hash) {
  if (Entry* entry = find_entry(key, hash)) return entry;
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  Entry* entry = allocate(key);
  insert_slot(entry, hash);
  ++live_;
  remember(*entry, true);
  return entry;
}

void HotTable::remember(Entry& entry, bool is_new) {
  entry.touched = true;
  size_t before = kNone;
  if (!is_new) {
    before = undo_rows_.size();
    const std::byte* row = row_of(entry);
    undo_rows_.insert(undo_rows_.end(), row, row + layout_.row_size());
  }
  undo_.push_back({&entry, before});
}

void HotTable::insert_slot(Entry* entry, uint64_t hash) {
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != kEmpty) i = (i + 1) & mask;
  slots_[i] = tag_of(hash) | reinterpret_cast<uint64_t>(entry);
  ++used_;
}

void HotTable::grow() {
  std::vector<uint64_t> old = std::move(slots_);
  size_t wanted = kFirstSlots;
  while (wanted < live_ * 2) wanted *= 2;
  slots_.assign(std::max(wanted, old.size() / 2), kEmpty);
  if (slots_.size() * 3 < (live_ + undo_.size() + 1) * 4) slots_.assign(slots_.size() * 2, kEmpty);
  used_ = 0;
  for (uint64_t slot : old) {
    if (slot == kEmpty || slot == kRemoved) continue;
    auto* entry = reinterpret_cast<Entry*>(slot & kPointerMask);
    insert_slot(entry, hash_of(key_of(*entry)));
  }
}

void HotTable::remove(Entry& entry) {
  uint64_t hash = hash_of(key_of(entry));
  uint64_t wanted = tag_of(hash) | reinterpret_cast<uint64_t>(&entry);
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != wanted) i = (i + 1) & mask;
  slots_[i] = kRemoved;
  size_t size_class = entry_size(entry.key_size) / 16;
  if (free_.size() <= size_class) free_.resize(size_class + 1);
  free_[size_class].push_back(&entry);
}

void HotTable::release_blobs(const std::byte* row) {
  for (uint32_t offset : layout_.blob_offsets()) {
    BlobRef blob;
    std::memcpy(&blob, row + offset, sizeof blob);
    heap_.release(blob);
  }
}

HotTable::Entry* HotTable::allocate(std::string_view key) {
  size_t size = entry_size(key.size());
  size_t size_class = size / 16;
  std::byte* place = nullptr;
  if (size_class < free_.size() && !free_[size_class].empty()) {
    place = reinterpret_cast<std::byte*>(free_[size_class].back());
    free_[size_class].pop_back();
  } else {
    if (chunk_left_ < size) {
      size_t bytes = std::clamp<size_t>(chunk_bytes_, kChunkBytesMin, kChunkBytesMax);
      chunk_left_ = std::max(bytes, size);
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk_left_));
      chunk_next_ = chunks_.back().get();
      chunk_bytes_ += chunk_left_;
    }
    place = chunk_next_;
    chunk_next_ += size;
    chunk_left_ -= size;
  }
  auto* entry = new (place) Entry{static_cast<uint32_t>(key.size()), false, false};
  std::memset(entry + 1, 0, layout_.row_size());
  std::memcpy(row_of(*entry) + layout_.row_size(), key.data(), key.size());
  return entry;
}

}  // namespace pactolus

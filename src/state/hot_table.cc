#include "state/hot_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "base/same_bytes.h"
#include "state/row_image.h"

namespace pactolus {
namespace {

constexpr uint64_t kEmpty = 0;
constexpr uint64_t kRemoved = 1;
constexpr uint64_t kPointerMask = (uint64_t{1} << 48) - 1;
constexpr size_t kFirstSlots = 64;
constexpr size_t kChunkBytesMin = 4 * 1024;
constexpr size_t kChunkBytesMax = 1024 * 1024;
constexpr size_t kPrefetchGroup = 32;
constexpr size_t kCacheLineBytes = 64;
constexpr size_t kPrefetchBytesMax = 256;

uint64_t hash_of(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }
uint64_t tag_of(uint64_t hash) { return hash & ~kPointerMask; }

template <class Visit>
void for_each_blob(const TableLayout& layout, const std::byte* row, const Visit& visit) {
  for (uint32_t offset : layout.blob_offsets()) {
    BlobRef blob;
    std::memcpy(&blob, row + offset, sizeof blob);
    visit(blob);
  }
}

}  // namespace

/// Followed by the row, then the key's bytes.
struct HotTable::Entry {
  uint32_t key_size;
  bool touched : 1;     // in the open transaction: an Undo exists
  bool erased : 1;      // gone: in the open transaction, or since the last checkpoint
  bool overlaid : 1;    // changed or gone since the last checkpoint
  bool stored : 1;      // the disk has a row for the key
  bool referenced : 1;  // touched since eviction last came by
  bool free : 1;        // no entry at all
};

HotTable::HotTable(const TableLayout& layout, StoredWindow stored, StoredRows stored_only)
    : layout_(layout),
      stored_window_(std::move(stored)),
      slots_(kFirstSlots, kEmpty),
      stored_(stored_only.rows),
      stored_only_(stored_only) {}

HotTable::~HotTable() {
  if (layout_.blob_offsets().empty()) return;
  for (uint64_t slot : slots_) {
    if (slot != kEmpty && slot != kRemoved)
      release_blobs(row_of(*reinterpret_cast<Entry*>(slot & kPointerMask)));
  }
}

std::byte* HotTable::row_of(const Entry& entry) const {
  return const_cast<std::byte*>(reinterpret_cast<const std::byte*>(&entry + 1));
}

std::string_view HotTable::key_of(const Entry& entry) const {
  const char* row = reinterpret_cast<const char*>(&entry + 1);
  return {row + layout_.row_size(), entry.key_size};
}

size_t HotTable::entry_size(size_t key_size) const {
  size_t size = sizeof(Entry) + layout_.row_size() + key_size;
  return (size + 15) / 16 * 16;
}

void HotTable::touch(std::span<const std::string_view> keys, std::span<std::byte*> rows) {
  if (stored_only_.rows > 0) load_missing(keys);
  for_each_hashed(keys,
                  [&](size_t i, auto hash, auto* likely) { rows[i] = touch_row(keys[i], hash, likely); });
}

void HotTable::insert_missing(std::span<const std::string_view> keys, std::span<std::byte*> rows) {
  if (stored_only_.rows > 0) load_missing(keys);
  for_each_hashed(keys, [&](size_t i, uint64_t hash, Entry* likely) {
    Entry* entry = find_entry(keys[i], hash);
    bool exists = entry != nullptr && !entry->erased;
    if (exists) entry->referenced = true;
    rows[i] = exists ? nullptr : touch_row(keys[i], hash, likely);
  });
}

void HotTable::prefetch(std::span<const std::string_view> keys) const {
  for_each_hashed(keys, [](size_t, uint64_t, Entry*) {});  // which prefetches
}

template <class Visit>
void HotTable::for_each_hashed(std::span<const std::string_view> keys, const Visit& visit) const {
  std::array<uint64_t, kPrefetchGroup> hashes;
  std::array<Entry*, kPrefetchGroup> likely;
  for (size_t begin = 0; begin < keys.size(); begin += kPrefetchGroup) {
    size_t count = std::min(kPrefetchGroup, keys.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(keys[begin + i]);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    for (size_t i = 0; i < count; ++i) {
      likely[i] = first_entry(hashes[i], [](const Entry&) { return true; });
      if (likely[i] == nullptr) continue;
      __builtin_prefetch(likely[i], 1);
      __builtin_prefetch(key_of(*likely[i]).data());
    }
    for (size_t i = 0; i < count; ++i) visit(begin + i, hashes[i], likely[i]);
  }
}

std::byte* HotTable::touch_row(std::string_view key, uint64_t hash, Entry* likely) {
  Entry* entry = likely != nullptr && same_bytes(key_of(*likely), key) ? likely : find_entry(key, hash);
  if (entry == nullptr) remember(*(entry = insert(key, hash)), true);
  if (!entry->touched) remember(*entry, false);
  entry->referenced = true;
  if (entry->erased) {
    entry->erased = false;
    comes(*entry);
  }
  return row_of(*entry);
}

const std::byte* HotTable::find(std::string_view key) {
  if (stored_only_.rows > 0) load_missing({&key, 1});
  Entry* entry = find_entry(key, hash_of(key));
  return entry == nullptr || entry->erased ? nullptr : row_of(*entry);
}

void HotTable::load_missing(std::span<const std::string_view> keys) {
  std::vector<std::string_view> missing;
  for (std::string_view key : keys) {
    if (find_entry(key, hash_of(key)) == nullptr) missing.push_back(key);
  }
  if (missing.empty()) return;
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  std::vector<std::string> disk_keys;
  for (std::string_view key : missing) disk_keys.push_back(disk_key(key));
  auto images = stored_window_.access->get(disk_keys);
  for (size_t i = 0; i < missing.size(); ++i) {
    if (!images[i]) continue;
    Entry* entry = insert(missing[i], hash_of(missing[i]));
    entry->stored = true;
    entry->referenced = true;
    fill(*entry, *images[i]);
    --stored_only_.rows;
    stored_only_.bytes -= std::min(stored_only_.bytes, image_bytes_of(*entry));
  }
}

void HotTable::fill(Entry& entry, std::string_view image) {
  std::byte* row = row_of(entry);
  if (!view_row_image(layout_, image, row)) {
    stored_window_.access->fail(Error{"malformed row on disk of step `" + layout_.step() + "`"});
    std::memset(row, 0, layout_.row_size());
  }
  for (uint32_t offset : layout_.blob_offsets()) {
    BlobRef blob;
    std::memcpy(&blob, row + offset, sizeof blob);
    if (blob.data != nullptr) blob = heap_.adopt(blob.view());
    std::memcpy(row + offset, &blob, sizeof blob);
  }
}

void HotTable::erase(std::string_view key) {
  if (find(key) == nullptr) return;
  Entry* entry = find_entry(key, hash_of(key));
  if (!entry->touched) remember(*entry, false);
  std::byte* row = row_of(*entry);
  release_blobs(row);
  std::memset(row, 0, layout_.row_size());
  entry->erased = true;
  goes(*entry);
}

uint64_t HotTable::image_bytes_of(const Entry& entry) const {
  uint64_t bytes = layout_.row_size() + entry.key_size;
  for_each_blob(layout_, row_of(entry), [&](BlobRef blob) { bytes += blob.size; });
  return bytes;
}

void HotTable::prefetch(const Entry& entry) const {
  const auto* bytes = reinterpret_cast<const std::byte*>(&entry);
  size_t size = std::min(entry_size(1), kPrefetchBytesMax);
  for (size_t at = 0; at < size + kCacheLineBytes; at += kCacheLineBytes) __builtin_prefetch(bytes + at);
}

void HotTable::comes(const Entry& entry) {
  ++live_;
  live_key_bytes_ += entry.key_size;
  order_.add(key_of(entry));
  sorted_.reset();
}

void HotTable::goes(const Entry& entry) {
  --live_;
  live_key_bytes_ -= entry.key_size;
  sorted_.reset();
}

std::shared_ptr<const HotTable::SortedEntries> HotTable::sorted_entries() {
  if (sorted_ != nullptr) return sorted_;
  SortedEntries entries;
  entries.reserve(live_);
  for_each_entry([&](const Entry& entry) {
    if (!entry.erased) entries.push_back({&entry});
  });
  sort_by_key(entries, [this](const Entry& entry) { return key_of(entry); });
  return sorted_ = std::make_shared<const SortedEntries>(std::move(entries));
}

void HotTable::for_each_change(const ChangeVisitor& visit) const {
  for (const Undo& undo : undo_) {
    bool did_not_exist = undo.row_before == kNone || undo.erased_before;
    if (undo.entry->erased && did_not_exist) continue;
    visit(key_of(*undo.entry), undo.entry->erased ? nullptr : row_of(*undo.entry), did_not_exist);
  }
}

void HotTable::commit() {
  for (const Undo& undo : undo_) {
    Entry& entry = *undo.entry;
    entry.touched = false;
    if (stored_window_.access != nullptr && (entry.stored || entry.overlaid || !entry.erased)) {
      overlay(entry);
    } else if (entry.erased) {
      remove(entry);
    }
  }
  undo_.clear();
  undo_rows_.clear();
  heap_.commit();
}

void HotTable::rollback() {
  for (const Undo& undo : undo_) {
    Entry& entry = *undo.entry;
    entry.touched = false;
    bool was_live = undo.row_before != kNone && !undo.erased_before;
    if (entry.erased == was_live) was_live ? comes(entry) : goes(entry);
    if (undo.row_before == kNone) {
      remove(entry);
      continue;
    }
    std::memcpy(row_of(entry), &undo_rows_[undo.row_before], layout_.row_size());
    entry.erased = undo.erased_before;
  }
  undo_.clear();
  undo_rows_.clear();
  heap_.rollback();
}

bool HotTable::restore(std::string_view key, const std::byte* row, Before before) {
  PACTOLUS_CHECK(undo_.empty());
  if (before == Before::kUnknown) load({&key, 1});
  const uint64_t hash = hash_of(key);
  const Entry* known = find_entry(key, hash);
  const bool there = known != nullptr && !known->erased;
  if (before == Before::kNone && there) return false;
  if (before == Before::kRow && !there && (known != nullptr || !insert_unread(key, hash))) return false;
  if (row == nullptr) {
    erase(key);
  } else {
    std::byte* place = touch_row(key, hash, nullptr);
    release_blobs(place);
    std::memcpy(place, row, layout_.row_size());
  }
  commit();
  return true;
}

/// An entry for a row that only the disk has, to be overwritten at once. False: there can be none.
bool HotTable::insert_unread(std::string_view key, uint64_t hash) {
  if (stored_only_.rows == 0) return false;
  insert(key, hash)->stored = true;
  stored_only_.bytes -= stored_only_.bytes / stored_only_.rows;  // about as many as any other row
  --stored_only_.rows;
  return true;
}

template <class Visit>
void HotTable::for_each_entry(const Visit& visit) const {
  for (const Chunk& chunk : chunks_) for_each_entry(chunk, visit);
}

template <class Visit>
void HotTable::for_each_entry(const Chunk& chunk, const Visit& visit) const {
  for (size_t at = 0; at < chunk.used;) {
    auto& entry = *reinterpret_cast<Entry*>(chunk.bytes.get() + at);
    at += entry_size(entry.key_size);
    if (!entry.free) visit(entry);
  }
}

template <class Accept>
HotTable::Entry* HotTable::first_entry(uint64_t hash, const Accept& accept) const {
  size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    uint64_t slot = slots_[i];
    if (slot == kEmpty) return nullptr;
    if (slot == kRemoved || tag_of(slot) != tag_of(hash)) continue;
    auto* entry = reinterpret_cast<Entry*>(slot & kPointerMask);
    if (accept(*entry)) return entry;
  }
}

HotTable::Entry* HotTable::find_entry(std::string_view key, uint64_t hash) const {
  return first_entry(hash, [&](const Entry& entry) { return same_bytes(key_of(entry), key); });
}

HotTable::Entry* HotTable::insert(std::string_view key, uint64_t hash) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  Entry* entry = allocate(key);
  insert_slot(entry, hash);
  ++entries_;
  comes(*entry);
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
  undo_.push_back({&entry, before, entry.erased});
}

void HotTable::overlay(Entry& entry) {
  if (entry.overlaid) return;
  entry.overlaid = true;
  overlay_.push_back(&entry);
}

void HotTable::insert_slot(Entry* entry, uint64_t hash) {
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != kEmpty) i = (i + 1) & mask;
  slots_[i] = tag_of(hash) | reinterpret_cast<uint64_t>(entry);
  ++used_;
}

size_t HotTable::slot_of(const Entry& entry, uint64_t hash) const {
  uint64_t wanted = tag_of(hash) | reinterpret_cast<uint64_t>(&entry);
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != wanted) i = (i + 1) & mask;
  return i;
}

void HotTable::grow() {
  size_t wanted = kFirstSlots;
  while (wanted < (entries_ + 1) * 2) wanted *= 2;
  rehash(std::max(wanted, slots_.size() / 2));
}

void HotTable::rehash(size_t slots) {
  slots_.assign(slots, kEmpty);
  used_ = 0;
  for_each_entry([this](Entry& entry) { insert_slot(&entry, hash_of(key_of(entry))); });
}

void HotTable::remove(Entry& entry) {
  order_.remove(key_of(entry));
  slots_[slot_of(entry, hash_of(key_of(entry)))] = kRemoved;
  --entries_;
  entry.free = true;
  size_t size_class = entry_size(entry.key_size) / 16;
  if (free_.size() <= size_class) free_.resize(size_class + 1);
  free_[size_class].push_back(&entry);
}

void HotTable::release_blobs(const std::byte* row) {
  for_each_blob(layout_, row, [&](BlobRef blob) { heap_.release(blob); });
}

HotTable::Entry* HotTable::allocate(std::string_view key) {
  size_t size = entry_size(key.size());
  size_t size_class = size / 16;
  std::byte* place = nullptr;
  if (size_class < free_.size() && !free_[size_class].empty()) {
    place = reinterpret_cast<std::byte*>(free_[size_class].back());
    free_[size_class].pop_back();
  } else {
    if (chunks_.empty() || chunks_.back().size - chunks_.back().used < size) {
      size_t bytes = std::max(size, std::clamp<size_t>(chunk_bytes_, kChunkBytesMin, kChunkBytesMax));
      chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(bytes), bytes, 0});
      chunk_bytes_ += bytes;
    }
    place = chunks_.back().bytes.get() + chunks_.back().used;
    chunks_.back().used += size;
  }
  auto* entry =
      new (place) Entry{static_cast<uint32_t>(key.size()), false, false, false, false, false, false};
  std::memset(row_of(*entry), 0, layout_.row_size());
  std::memcpy(row_of(*entry) + layout_.row_size(), key.data(), key.size());
  return entry;
}

// ---- over a disk

bool HotTable::overlays(std::string_view key) const {
  const Entry* entry = find_entry(key, hash_of(key));
  return entry != nullptr && (entry->overlaid || entry->touched || entry->erased);
}

bool HotTable::knows(std::string_view key) const { return find_entry(key, hash_of(key)) != nullptr; }

Result<void> HotTable::for_each_overlaid(
    const std::function<Result<void>(std::string_view key, const std::byte* row)>& visit) {
  PACTOLUS_CHECK(undo_.empty(), "a checkpoint amid a transaction");
  std::vector<KeyPlace<const Entry>> entries;
  entries.reserve(overlay_.size());
  for (const Entry* entry : overlay_) {
    if (!entry->erased || entry->stored) entries.push_back({entry});
  }
  sort_by_key(entries, [this](const Entry& entry) { return key_of(entry); });
  for (const auto& [entry, prefix] : entries)
    PACTOLUS_TRY(visit(key_of(*entry), entry->erased ? nullptr : row_of(*entry)));
  return {};
}

void HotTable::checkpointed() {
  for (Entry* entry : overlay_) {
    entry->overlaid = false;
    if (entry->erased) {
      remove(*entry);
    } else {
      entry->stored = true;
    }
  }
  overlay_.clear();
  overlay_.shrink_to_fit();
  stored_ = size();
}

void HotTable::evict(uint64_t bytes_wanted) {
  PACTOLUS_CHECK(undo_.empty() && overlay_.empty(), "eviction over an overlay");
  if (bytes() <= bytes_wanted || chunks_.empty()) return;
  ++evictions_;
  order_.forget();
  sorted_.reset();
  free_.clear();  // what they point to goes with its chunk
  for (size_t passes = 2 * chunks_.size(); passes > 0 && bytes() > bytes_wanted && !chunks_.empty();
       --passes) {
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    evict_chunk(std::move(chunk));
    size_t wanted = kFirstSlots;
    while (wanted < entries_ * 2) wanted *= 2;
    if (wanted * 4 <= slots_.size()) rehash(wanted);
  }
}

void HotTable::evict_chunk(Chunk chunk) {
  chunk_bytes_ -= chunk.size;
  for_each_entry(chunk, [this](Entry& entry) {
    if (entry.referenced) {
      move_entry(entry);
    } else {
      evict_entry(entry);
    }
  });
}

void HotTable::evict_entry(Entry& entry) {
  PACTOLUS_CHECK(entry.stored && !entry.erased, "only what the disk holds may be evicted");
  ++stored_only_.rows;
  stored_only_.bytes += image_bytes_of(entry);
  slots_[slot_of(entry, hash_of(key_of(entry)))] = kRemoved;
  --entries_;
  for_each_blob(layout_, row_of(entry), [&](BlobRef blob) { heap_.discard(blob); });
  goes(entry);
}

void HotTable::move_entry(Entry& entry) {
  std::string_view key = key_of(entry);
  size_t slot = slot_of(entry, hash_of(key));
  Entry* moved = allocate(key);
  *moved = entry;
  moved->referenced = false;
  std::memcpy(row_of(*moved), row_of(entry), layout_.row_size());
  slots_[slot] = (slots_[slot] & ~kPointerMask) | reinterpret_cast<uint64_t>(moved);
}

}  // namespace pactolus

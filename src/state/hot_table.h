#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "data/blob_heap.h"
#include "state/key_order.h"
#include "state/layout.h"
#include "state/ordered_keys.h"
#include "state/state_group.h"
#include "state/stored_window.h"

namespace pactolus {

/// The working state of one table, or of one window of it: a flat open-addressing hash table from group key
/// to a fixed-width state row, with the undo that a transaction needs. Rows don't move within a transaction,
/// so pointers stay valid until it ends, or the row is erased.
///
/// Over a disk, it is the part of the window that lies in memory. What was changed since the last checkpoint
/// (the overlay) stays; the rest may be evicted, and is read again when it is touched. Threads: the task's.
class HotTable {
 public:
  struct Entry;
  explicit HotTable(const TableLayout& layout, StoredWindow stored = {}, StoredRows stored_only = {});
  ~HotTable();
  HotTable(const HotTable&) = delete;
  HotTable& operator=(const HotTable&) = delete;

  /// Rows for writing, one per key, created (all zero) where missing. Whole batches: hash all, prefetch all,
  /// touch all.
  void touch(std::span<const std::string_view> keys, std::span<std::byte*> rows);
  /// The same of one row.
  std::byte* touch(std::string_view key) {
    std::byte* row = nullptr;
    touch({&key, 1}, {&row, 1});
    return row;
  }
  /// Like touch(), but leaves rows alone that exist: rows[i] is nullptr for those. A key that comes twice is
  /// new once.
  void insert_missing(std::span<const std::string_view> keys, std::span<std::byte*> rows);
  /// For reading; nullptr where missing. A row on disk is read into memory: load() many at once before.
  const std::byte* find(std::string_view key);
  /// Reads those of the keys that are on disk only into memory.
  void load(std::span<const std::string_view> keys);
  /// What is looked at first for those in memory is on its way to the processor.
  void prefetch(std::span<const std::string_view> keys) const;
  /// Removes a row; nothing if there is none.
  void erase(std::string_view key);
  /// Removes all rows whose keys begin with `prefix`; as neighbour() finds them.
  void erase_all(std::string_view prefix);
  /// Live rows, those on disk included.
  size_t size() const { return live_ + stored_only_.rows; }
  bool empty() const { return size() == 0; }
  /// Of memory.
  uint64_t bytes() const;
  /// About what all live rows take up in the changelog.
  uint64_t image_bytes() const {
    return live_ * layout_.row_size() + live_key_bytes_ + heap_.bytes() + stored_only_.bytes;
  }

  /// The live groups in memory, ascending: kept until there are others. Valid until a row is erased or
  /// evictions() changes.
  using SortedEntries = std::vector<KeyPlace<const Entry>>;
  std::shared_ptr<const SortedEntries> sorted_entries();
  /// Before group_of() and what it gives are looked at.
  void prefetch(const Entry& entry) const;
  StateGroup group_of(const Entry& entry) const { return {key_of(entry), row_of(entry)}; }
  uint64_t evictions() const { return evictions_; }
  /// The row whose key is next to `key` among those that begin with `prefix`; none: there is none. `key`
  /// itself need not be there. A row on disk is read into memory. From the first call until an eviction the
  /// keys in memory are kept in their order, too. The key is valid as long as the row.
  std::optional<StateGroup> neighbour(std::string_view key, std::string_view prefix, KeyDirection direction);

  /// One change since the last commit: the row as it is now, or nullptr if the entry is gone; `is_new`: there
  /// was none then.
  using ChangeVisitor = std::function<void(std::string_view key, const std::byte* row, bool is_new)>;
  /// Visits what commit() would make permanent, each key once, in the order of first touch.
  void for_each_change(const ChangeVisitor& visit) const;
  void commit();
  void rollback();

  /// What lies under a key before a change of it is restored.
  enum class Before : uint8_t { kUnknown, kNone, kRow };
  /// Puts a row as restored from the changelog, outside any transaction: committed at once. `blobs` of the
  /// row have been stored in heap() already. A nullptr row erases. Reads the disk only if what was there
  /// before is unknown. False: `before` cannot be.
  bool restore(std::string_view key, const std::byte* row, Before before);

  BlobHeap& heap() { return heap_; }
  const TableLayout& layout() const { return layout_; }

  // ---- over a disk; outside transactions but for the const ones

  /// Rows of which the disk has some version.
  bool on_disk() const { return stored_ > 0; }
  /// Live rows that memory does not hold.
  const StoredRows& stored_only() const { return stored_only_; }
  const StoredWindow& stored() const { return stored_window_; }
  /// The disk's row of the key is not the current one: memory has another, or knows that it is gone.
  bool overlays(std::string_view key) const;
  /// Memory has an entry for the key, if only that it is gone.
  bool knows(std::string_view key) const;
  /// Visits the overlay in the order of the keys.
  Result<void> for_each_overlaid(
      const std::function<Result<void>(std::string_view key, const std::byte* row)>& visit);
  bool has_overlay() const { return !overlay_.empty(); }
  /// The disk now holds everything.
  void checkpointed();
  /// Rows on disk if it held everything.
  StoredRows all_rows() const { return {size(), image_bytes()}; }
  /// Frees memory, oldest rows first, those touched lately last, until bytes() is at most `bytes_wanted` or
  /// nothing is left to free. There must be no overlay.
  void evict(uint64_t bytes_wanted);

 private:
  struct Undo {
    Entry* entry;
    size_t row_before;   // offset in undo_rows_; kNone: the entry did not exist
    bool erased_before;  // it was known to be gone
  };
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
    size_t used;
  };
  static constexpr size_t kNone = SIZE_MAX;

  /// In the order in which they lie in memory: much faster than that of the slots.
  template <class Visit>
  void for_each_entry(const Visit& visit) const;
  template <class Visit>
  void for_each_entry(const Chunk& chunk, const Visit& visit) const;
  /// Calls visit(i, hash of keys[i], the first entry of that hash) for each, with what it will read under way
  /// already. The entry is nearly always the key's, if it has one.
  template <class Visit>
  void for_each_hashed(std::span<const std::string_view> keys, const Visit& visit) const;
  std::byte* touch_row(std::string_view key, uint64_t hash, Entry* likely);
  /// Of those whose hash is this one, as far as their tags say.
  template <class Accept>
  Entry* first_entry(uint64_t hash, const Accept& accept) const;
  Entry* find_entry(std::string_view key, uint64_t hash) const;
  Entry* insert(std::string_view key, uint64_t hash);
  bool insert_unread(std::string_view key, uint64_t hash);
  void fill(Entry& entry, std::string_view image);
  void load_missing(std::span<const std::string_view> keys);
  std::optional<std::string_view> nearest_in_memory(std::string_view key, std::string_view prefix,
                                                    KeyDirection direction) const;
  std::optional<std::string> nearest_on_disk(std::string_view key, std::optional<std::string_view> in_memory,
                                             std::string_view prefix, KeyDirection direction) const;
  void remember(Entry& entry, bool is_new);
  void overlay(Entry& entry);
  void insert_slot(Entry* entry, uint64_t hash);
  size_t slot_of(const Entry& entry, uint64_t hash) const;
  void grow();
  void rehash(size_t slots);
  void remove(Entry& entry);
  void evict_chunk(Chunk chunk);
  void evict_entry(Entry& entry);
  void move_entry(Entry& entry);
  /// It is live, in memory, from now on.
  void comes(const Entry& entry);
  void goes(const Entry& entry);
  void release_blobs(const std::byte* row);
  Entry* allocate(std::string_view key);
  size_t entry_size(size_t key_size) const;
  std::byte* row_of(const Entry& entry) const;
  std::string_view key_of(const Entry& entry) const;
  std::string disk_key(std::string_view key) const;
  uint64_t image_bytes_of(const Entry& entry) const;

  const TableLayout& layout_;
  StoredWindow stored_window_;
  std::vector<uint64_t> slots_;  // tag in the upper 16 bits, Entry* below; kEmpty or kRemoved
  size_t used_ = 0;              // slots that are not kEmpty
  size_t entries_ = 0;           // of them, those with an entry
  size_t live_ = 0;              // entries in memory that are not erased
  uint64_t live_key_bytes_ = 0;
  uint64_t stored_ = 0;  // rows on disk, also those that memory knows to be changed or gone
  StoredRows stored_only_;
  uint64_t evictions_ = 0;
  OrderedKeys order_;                            // of all live entries at least
  std::shared_ptr<const SortedEntries> sorted_;  // none: nobody has asked
  std::deque<Chunk> chunks_;                     // the last one is being filled
  uint64_t chunk_bytes_ = 0;
  std::vector<std::vector<Entry*>> free_;  // erased entries by size / 16
  std::vector<Entry*> overlay_;            // changed or gone since the last checkpoint
  std::vector<Undo> undo_;
  std::vector<std::byte> undo_rows_;
  BlobHeap heap_;
};

}  // namespace pactolus

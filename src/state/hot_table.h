#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "data/blob_heap.h"
#include "state/layout.h"

namespace pactolus {

/// The working state of one table, or of one window of it: a flat open-addressing hash table from group key
/// to a fixed-width state row, with the undo that a transaction needs. Rows never move, so pointers stay
/// valid until the row is erased and committed. Threads: the task's.
class HotTable {
 public:
  explicit HotTable(const TableLayout& layout);
  ~HotTable();
  HotTable(const HotTable&) = delete;
  HotTable& operator=(const HotTable&) = delete;

  /// Rows for writing, one per key, created (all zero) where missing. Whole batches: hash all, prefetch all,
  /// touch all.
  void touch(std::span<const std::string_view> keys, std::span<std::byte*> rows);
  /// For reading; nullptr where missing.
  const std::byte* find(std::string_view key) const;
  /// Removes a row; nothing if there is none.
  void erase(std::string_view key);
  /// Live rows.
  size_t size() const { return live_; }
  bool empty() const { return live_ == 0; }
  uint64_t bytes() const;

  /// Keys in ascending byte order; they stay valid as long as their rows.
  std::vector<std::string_view> sorted_keys() const;

  /// One change since the last commit: the row as it is now, or nullptr if the entry is gone.
  using ChangeVisitor = std::function<void(std::string_view key, const std::byte* row)>;
  /// Visits what commit() would make permanent, each key once, in the order of first touch.
  void for_each_change(const ChangeVisitor& visit) const;
  void commit();
  void rollback();

  /// Puts a row as restored from the changelog, outside any transaction: committed at once. `blobs` of the
  /// row have been stored in heap() already. A nullptr row erases.
  void restore(std::string_view key, const std::byte* row);

  BlobHeap& heap() { return heap_; }

 private:
  struct Entry;
  struct Undo {
    Entry* entry;
    size_t row_before;  // offset in undo_rows_; kNone: the entry did not exist
  };
  static constexpr size_t kNone = SIZE_MAX;

  Entry* find_entry(std::string_view key, uint64_t hash) const;
  Entry* find_or_insert(std::string_view key, uint64_t hash);
  void remember(Entry& entry, bool is_new);
  void insert_slot(Entry* entry, uint64_t hash);
  void grow();
  void remove(Entry& entry);
  void release_blobs(const std::byte* row);
  Entry* allocate(std::string_view key);
  size_t entry_size(size_t key_size) const;
  std::byte* row_of(Entry& entry) const;
  std::string_view key_of(const Entry& entry) const;

  const TableLayout& layout_;
  std::vector<uint64_t> slots_;  // tag in the upper 16 bits, Entry* below; kEmpty or kRemoved
  size_t used_ = 0;              // slots that are not kEmpty
  size_t live_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* chunk_next_ = nullptr;
  size_t chunk_left_ = 0;
  uint64_t chunk_bytes_ = 0;
  std::vector<std::vector<Entry*>> free_;  // erased entries by size / 16
  std::vector<Undo> undo_;
  std::vector<std::byte> undo_rows_;
  BlobHeap heap_;
};

}  // namespace pactolus

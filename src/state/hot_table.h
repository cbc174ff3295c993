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

/// The working state of one table, or of one window of it: a flat open-addressing hash table from group key to a
/// fixed-width state row, with the undo that a transaction needs. Rows never move, so pointers stay valid until the row is
/// erased and committed. Threads: the task's.
class HotTable {
 public:
  explicit HotTable(const TableLayout& layout);
  ~HotTable();
  HotTable(const HotTable&) = delete;
  HotTable& operator=(const HotTable&) = delete;

  /// Rows for writing, one per key, created (all zero) where missing. Whole batches: hash all, prefetch all, touch all.
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

  /// Puts a row as restored from the changelog, outside any transaction: committed at once. `blobs` of the row have been
  /// stored in heap() already. A nullptr row erases.
  void restore(std::string_view key, const std::byte* row);

  BlobHeap& heap() { return heap_; }

 private:
  struct Entry;
  struct Undo {
    Entry* entry;
    const std::byte* row_before;  // nullptr: the entry did not exist
  };

  Entry* find_entry(std::string_view key, uint64_t hash) const;
  Entry* insert(std::string_view key, uint64_t hash);
  void remember(Entry& entry);
  void grow();
  void remove_from_index(Entry& entry);
  void release_blobs(const std::byte* row);
  std::byte* allocate(size_t bytes, bool undo);
  std::byte* row_of(Entry& entry) const;
  std::string_view key_of(const Entry& entry) const;

  const TableLayout& layout_;
  std::vector<uint64_t> slots_;  // tag in the upper 16 bits, Entry* below; 0 empty, 1 removed
  size_t used_ = 0;              // slots not empty
  size_t live_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* chunk_next_ = nullptr;
  size_t chunk_left_ = 0;
  std::vector<std::vector<Entry*>> free_;  // by entry size / 16
  std::vector<Undo> undo_;
  std::vector<std::unique_ptr<std::byte[]>> undo_chunks_;
  size_t undo_chunk_ = 0;
  size_t undo_used_ = 0;
  std::vector<uint64_t> hashes_;  // scratch of touch()
  BlobHeap heap_;
};

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pactolus {

/// A variable-length value that a fixed-width state row points to. Immutable: to change it, store a new one
/// and release the old one. All zero: none.
struct BlobRef {
  const char* data = nullptr;
  uint64_t size = 0;
  std::string_view view() const { return {data, size}; }
};

/// Owns the blobs of one state table with the undo that transactions need: released blobs live until the
/// commit, so that rolling the rows back makes them valid again; blobs stored since the last commit are freed
/// by a rollback. Threads: the task's.
class BlobHeap {
 public:
  BlobHeap() = default;
  BlobHeap(const BlobHeap&) = delete;
  BlobHeap& operator=(const BlobHeap&) = delete;
  /// Blobs that are still referenced by rows must have been released before.
  ~BlobHeap() { commit(); }

  BlobRef store(std::string_view bytes);
  void release(BlobRef blob);
  /// As store() and release(), but outside any transaction: neither is undone, and a discarded blob is gone
  /// at once.
  BlobRef adopt(std::string_view bytes);
  void discard(BlobRef blob);
  void commit();
  void rollback();
  /// Bytes held, released ones included.
  uint64_t bytes() const { return bytes_; }

 private:
  void free(BlobRef blob);

  std::vector<BlobRef> stored_;
  std::vector<BlobRef> released_;
  uint64_t bytes_ = 0;
};

}  // namespace pactolus

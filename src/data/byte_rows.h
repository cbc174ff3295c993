#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pactolus {

/// Byte strings of many rows in one buffer: encoded keys or values of a batch. Reuse one to save allocations.
/// Threads: one.
class ByteRows {
 public:
  size_t size() const { return ends_.size(); }
  /// Valid until the next change.
  std::string_view operator[](size_t row) const {
    size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view{bytes_}.substr(begin, ends_[row] - begin);
  }

  /// Append the bytes of the next row here, then call end_row().
  std::string& bytes() { return bytes_; }
  void end_row() { ends_.push_back(bytes_.size()); }
  void reserve(size_t rows, size_t bytes) {
    ends_.reserve(rows);
    bytes_.reserve(bytes);
  }
  /// Keeps the memory.
  void clear() {
    bytes_.clear();
    ends_.clear();
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

}  // namespace pactolus

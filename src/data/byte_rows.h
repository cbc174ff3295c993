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

  /// All of them. Valid until the next change.
  std::vector<std::string_view> views() const {
    std::vector<std::string_view> rows;
    rows.reserve(size());
    for (size_t row = 0; row < size(); ++row) rows.push_back((*this)[row]);
    return rows;
  }

  /// Append the bytes of the next row here, then call end_row().
  std::string& bytes() { return bytes_; }
  void end_row() { end_row(bytes_.size()); }
  /// The same while an appender has the bytes: the row ends at `end`.
  void end_row(size_t end) { ends_.push_back(end); }
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

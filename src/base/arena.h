#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace pactolus {

/// Memory for the strings of one batch: grows in blocks, freed all at once. Threads: one.
class Arena {
 public:
  /// Uninitialised bytes that live as long as the arena. No alignment: for text.
  char* allocate(size_t size) {
    if (size > left_) grow(size);
    char* result = next_;
    next_ += size;
    left_ -= size;
    return result;
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* p = allocate(text.size());
    std::memcpy(p, text.data(), text.size());
    return {p, text.size()};
  }
  /// Gives back the end of the last allocation: `unused` bytes, at most what it asked for.
  void shrink_last(size_t unused) {
    next_ -= unused;
    left_ += unused;
  }

 private:
  static constexpr size_t kBlockBytes = 64 * 1024;

  void grow(size_t size) {
    size_t bytes = size > kBlockBytes ? size : kBlockBytes;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    next_ = blocks_.back().get();
    left_ = bytes;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace pactolus

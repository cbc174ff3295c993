#pragma once

#include <cstddef>
#include <cstring>
#include <string>

namespace pactolus {

/// Appends to a string that is longer than its content in the meantime, so that a few bytes need no call.
/// The string is right once the appender is gone. Threads: one.
class ByteAppender {
 public:
  /// `growth`: how much longer the string is made when it has to be.
  ByteAppender(std::string& out, size_t growth) : out_(out), size_(out.size()), growth_(growth) {
    out_.resize(size_ + growth);
  }
  ByteAppender(const ByteAppender&) = delete;
  ByteAppender& operator=(const ByteAppender&) = delete;
  ~ByteAppender() { out_.resize(size_); }

  size_t size() const { return size_; }
  void push_back(char byte) {
    *room(1) = byte;
    ++size_;
  }
  void append(const char* bytes, size_t count) {
    std::memcpy(room(count), bytes, count);
    size_ += count;
  }
  /// Where the next bytes belong: put up to `count` there, then say by added() how many they were.
  char* room(size_t count) {
    if (out_.size() - size_ < count) [[unlikely]]
      out_.resize(size_ + count + growth_);
    return out_.data() + size_;
  }
  void added(size_t count) { size_ += count; }

 private:
  std::string& out_;
  size_t size_;
  size_t growth_;
};

}  // namespace pactolus

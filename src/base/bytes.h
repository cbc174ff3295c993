#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pactolus {

/// Appends fixed-width little-endian integers, LEB128 varints and length-prefixed bytes to a string. The
/// encodings on the wire and on disk (docs/formats.md) are made of these only.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void u8(uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u32(uint32_t v) { fixed(v); }
  void u64(uint64_t v) { fixed(v); }
  void i64(int64_t v) { fixed(static_cast<uint64_t>(v)); }
  void varint(uint64_t v) {
    while (v >= 0x80) {
      u8(static_cast<uint8_t>(v | 0x80));
      v >>= 7;
    }
    u8(static_cast<uint8_t>(v));
  }
  void raw(std::string_view bytes) { out_.append(bytes); }
  /// Length as a varint, then the bytes.
  void bytes(std::string_view v) {
    varint(v.size());
    raw(v);
  }

 private:
  template <class T>
  void fixed(T v) {
    static_assert(std::endian::native == std::endian::little);
    char buffer[sizeof v];
    std::memcpy(buffer, &v, sizeof v);
    out_.append(buffer, sizeof v);
  }

  std::string& out_;
};

/// Reads what ByteWriter wrote. A read past the end or a malformed varint sets failed() and gives zeroes from
/// then on; check failed() once at the end. Views point into the input.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  uint8_t u8() { return fixed<uint8_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  uint64_t u64() { return fixed<uint64_t>(); }
  int64_t i64() { return static_cast<int64_t>(fixed<uint64_t>()); }
  uint64_t varint() {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      uint8_t byte = u8();
      if (failed_) return 0;
      if (shift == 63 && byte > 1) break;
      v |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return v;
    }
    return fail();
  }
  std::string_view raw(uint64_t size) {
    if (size > in_.size()) {
      fail();
      return {};
    }
    std::string_view v = in_.substr(0, size);
    in_.remove_prefix(size);
    return v;
  }
  std::string_view bytes() { return raw(varint()); }

  bool failed() const { return failed_; }
  bool at_end() const { return in_.empty(); }
  std::string_view rest() const { return in_; }

 private:
  template <class T>
  T fixed() {
    T v{};
    if (sizeof v > in_.size()) {
      fail();
      return v;
    }
    std::memcpy(&v, in_.data(), sizeof v);
    in_.remove_prefix(sizeof v);
    return v;
  }
  uint64_t fail() {
    failed_ = true;
    in_ = {};
    return 0;
  }

  std::string_view in_;
  bool failed_ = false;
};

}  // namespace pactolus

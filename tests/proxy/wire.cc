#include "proxy/wire.h"

namespace pactolus::testing {
namespace {

constexpr size_t kSizeBytes = 4;

}  // namespace

WireWriter& WireWriter::integer(int64_t v, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes_.push_back(static_cast<char>(v >> shift));
  return *this;
}

WireWriter& WireWriter::text(std::string_view v) {
  i16(static_cast<int16_t>(v.size()));
  bytes_ += v;
  return *this;
}

int64_t WireReader::integer(int size) {
  if (in_.size() < static_cast<size_t>(size)) {
    failed_ = true;
    in_ = {};
    return 0;
  }
  uint64_t v = 0;
  for (int i = 0; i < size; ++i) v = v << 8 | static_cast<uint8_t>(in_[i]);
  in_.remove_prefix(size);
  return static_cast<int64_t>(v);
}

std::string WireReader::text() {
  const int16_t size = i16();
  if (size <= 0) return {};
  if (in_.size() < static_cast<size_t>(size)) {
    failed_ = true;
    in_ = {};
    return {};
  }
  std::string v{in_.substr(0, size)};
  in_.remove_prefix(size);
  return v;
}

std::optional<RequestHeader> parse_request_header(std::string_view frame) {
  WireReader in(frame);
  RequestHeader header{.api = in.i16(), .version = in.i16(), .correlation = in.i32(), .client_id = in.text()};
  if (in.failed()) return std::nullopt;
  return header;
}

std::optional<int32_t> correlation_of(std::string_view response) {
  WireReader in(response);
  const int32_t correlation = in.i32();
  if (in.failed()) return std::nullopt;
  return correlation;
}

std::string request_frame(int16_t api, int16_t version, int32_t correlation, std::string_view client_id,
                          std::string_view body) {
  WireWriter out;
  out.i16(api).i16(version).i32(correlation).text(client_id);
  return out.bytes() + std::string{body};
}

std::string with_size(std::string_view frame) {
  return WireWriter{}.i32(static_cast<int32_t>(frame.size())).bytes() + std::string{frame};
}

std::optional<std::string> FrameCutter::next() {
  if (bytes_.size() < kSizeBytes) return std::nullopt;
  const auto size = static_cast<size_t>(WireReader(bytes_).i32());
  if (bytes_.size() < kSizeBytes + size) return std::nullopt;
  std::string frame = bytes_.substr(kSizeBytes, size);
  bytes_.erase(0, kSizeBytes + size);
  return frame;
}

}  // namespace pactolus::testing

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus::testing {

/// Kafka's numbers of the requests that tests name.
enum KafkaApi : int16_t {
  kAnyApi = -1,
  kProduce = 0,
  kFetch = 1,
  kMetadata = 3,
  kOffsetCommit = 8,
  kFindCoordinator = 10,
  kHeartbeat = 12,
  kDescribeGroups = 15,
  kListGroups = 16,
  kApiVersions = 18,
  kInitProducerId = 22,
  kAddPartitionsToTxn = 24,
  kAddOffsetsToTxn = 25,
  kEndTxn = 26,
  kTxnOffsetCommit = 28,
  kElectLeaders = 43,
};

/// Kafka's big-endian encoding, as far as tests need it.
class WireWriter {
 public:
  WireWriter& i8(int8_t v) { return integer(v, 1); }
  WireWriter& i16(int16_t v) { return integer(v, 2); }
  WireWriter& i32(int32_t v) { return integer(v, 4); }
  WireWriter& text(std::string_view v);
  const std::string& bytes() const { return bytes_; }

 private:
  WireWriter& integer(int64_t v, int size);
  std::string bytes_;
};

/// Reads what a broker sent. Past the end it gives zeroes and failed().
class WireReader {
 public:
  explicit WireReader(std::string_view in) : in_(in) {}
  int8_t i8() { return static_cast<int8_t>(integer(1)); }
  int16_t i16() { return static_cast<int16_t>(integer(2)); }
  int32_t i32() { return static_cast<int32_t>(integer(4)); }
  /// A null text is empty.
  std::string text();
  bool failed() const { return failed_; }

 private:
  int64_t integer(int size);
  std::string_view in_;
  bool failed_ = false;
};

/// What every request begins with, whatever its version.
struct RequestHeader {
  int16_t api = kAnyApi;
  int16_t version = 0;
  int32_t correlation = 0;
  std::string client_id;
};
/// Of a frame without its size. None: it is no request.
std::optional<RequestHeader> parse_request_header(std::string_view frame);
/// A response begins with the number of its request. None: too short.
std::optional<int32_t> correlation_of(std::string_view response);

/// A request with a header of version 1 (without tagged fields), without its size.
std::string request_frame(int16_t api, int16_t version, int32_t correlation, std::string_view client_id,
                          std::string_view body);
/// With its size in front, as it goes over the wire.
std::string with_size(std::string_view frame);

/// Cuts a stream of bytes into frames.
class FrameCutter {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  /// The next whole frame, without its size.
  std::optional<std::string> next();

 private:
  std::string bytes_;
};

}  // namespace pactolus::testing

#pragma once

#include <librdkafka/rdkafka.h>
#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>

namespace pactolus::bench {

/// What the hand-written programs need of a payment. Views into the reader's buffer.
struct ThreeFields {
  std::string_view card;
  int64_t cents = 0;
  std::string_view time;
};

/// Reads three fields of a JSON record with simdjson's on-demand interface, each once, in any order.
class FieldReader {
 public:
  /// Copies the records of a batch into one padded buffer, as simdjson needs it.
  void load(std::span<rd_kafka_message_t* const> records);
  /// Of the record with this place in the batch; valid until the next call.
  ThreeFields fields(size_t place);

 private:
  simdjson::ondemand::parser parser_;
  std::string buffer_;
  std::vector<size_t> begins_;
};

}  // namespace pactolus::bench

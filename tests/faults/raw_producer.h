#pragma once

#include <string>

struct rd_kafka_s;

namespace pactolus::testing {

/// librdkafka's transactional producer as it is, without our rules. Every call says what went wrong; empty:
/// nothing. Threads: one.
class RawProducer {
 public:
  RawProducer(const std::string& bootstrap, const std::string& transactional_id);
  RawProducer(const RawProducer&) = delete;
  RawProducer& operator=(const RawProducer&) = delete;
  ~RawProducer();

  std::string init();
  std::string begin();
  void enqueue(const std::string& topic, int32_t partition, const std::string& value);
  /// Returns when the broker has it.
  std::string produce(const std::string& topic, int32_t partition, const std::string& value);
  std::string commit();
  std::string abort();

 private:
  rd_kafka_s* handle_;
};

}  // namespace pactolus::testing

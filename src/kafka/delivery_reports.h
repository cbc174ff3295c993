#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string>
#include <vector>

#include "kafka/errors.h"
#include "log/ports.h"

namespace pactolus {

class DeliveryReports;

/// How far a producer's records since the last restart() were delivered to one topic. librdkafka carries it
/// as the topic's opaque.
struct TopicDelivery {
  DeliveryReports* reports = nullptr;
  std::string topic;
  std::vector<int64_t> ends;  // per partition: the offset after the last delivered record, -1 if none was
};

/// What a producer's delivery reports say. They arrive inside poll, flush, commit and abort, in the worker's
/// thread.
class DeliveryReports {
 public:
  /// librdkafka's callback.
  static void on_report(rd_kafka_t* producer, const rd_kafka_message_t* message, void* opaque);

  /// Forgets what became of earlier records: a new transaction begins.
  void restart();
  /// What became of the first record that was not delivered.
  const std::optional<KafkaFailure>& failure() const { return failure_; }
  const std::string& failed_topic() const { return failed_topic_; }
  /// Some record was delivered, but the broker didn't say where: it had seen it before.
  bool place_unknown() const { return place_unknown_; }
  /// Some record was given up by librdkafka: the transaction was aborted, or the instance has died.
  bool given_up() const { return given_up_; }
  /// Some record was not delivered that the broker may have, or may get yet: it was sent.
  bool may_arrive() const { return may_arrive_; }

 private:
  void report(TopicDelivery& topic, const rd_kafka_message_t& message);

  std::optional<KafkaFailure> failure_;
  std::string failed_topic_;
  bool place_unknown_ = false;
  bool given_up_ = false;
  bool may_arrive_ = false;
};

}  // namespace pactolus

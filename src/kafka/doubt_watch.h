#pragma once

#include <librdkafka/rdkafka.h>

#include <array>
#include <atomic>
#include <optional>
#include <string>

namespace pactolus {

/// Watches the transactional requests of one producer on the wire. A request that was sent and never answered
/// may still reach the broker, and end a *later* transaction of the same producer epoch (Kafka below 4.0, and
/// every client without KIP-890); librdkafka sends it again and reports success all the same. A request that
/// is sent again after it was answered, because the answer was "not now", is nothing special.
///
/// Owned by the producer, outlives its librdkafka instance. Threads: librdkafka's write, the worker's reads.
class DoubtWatch {
 public:
  /// Kafka's numbers of the requests that are watched.
  enum Api : int16_t {
    kInitProducerId = 22,
    kAddPartitionsToTxn = 24,
    kAddOffsetsToTxn = 25,
    kEndTxn = 26,
    kTxnOffsetCommit = 28,
  };

  /// Makes the instance that is created from `conf` report here.
  void attach(rd_kafka_conf_t* conf);

  void request_sent(int16_t api);
  /// The request was answered, or failed without an answer: its connection broke, it timed out, or it never
  /// left.
  void request_ended(int16_t api, rd_kafka_resp_err_t error);

  /// Which request was lost, once one was; nothing can take that back.
  std::optional<std::string> lost_request() const;
  bool ever_sent(Api api) const;

 private:
  struct Kind {
    Api api;
    const char* name;
    std::atomic<int> in_flight = 0;
    std::atomic<bool> sent = false;
    std::atomic<bool> lost = false;
  };

  Kind* find(int16_t api);

  std::array<Kind, 5> kinds_{{{kInitProducerId, "InitProducerId"},
                              {kAddPartitionsToTxn, "AddPartitionsToTxn"},
                              {kAddOffsetsToTxn, "AddOffsetsToTxn"},
                              {kEndTxn, "EndTxn"},
                              {kTxnOffsetCommit, "TxnOffsetCommit"}}};
};

}  // namespace pactolus

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "trade_generator.h"

struct rd_kafka_s;
struct rd_kafka_message_s;

namespace pactolus::demo {

/// The record header that marks a record as the demo's.
inline constexpr const char* kDemoHeader = "pactolus-demo";

/// Sends trades as any system outside Pactolus would: a plain idempotent producer, partitioned by key as
/// Java's clients do. Destruction drops what was not flushed. Threads: one.
class TradeProducer {
 public:
  static Result<std::unique_ptr<TradeProducer>> connect(const std::string& bootstrap,
                                                        const std::string& topic);
  ~TradeProducer();
  TradeProducer(const TradeProducer&) = delete;
  TradeProducer& operator=(const TradeProducer&) = delete;

  /// Queues a record; waits for room if the queue is full.
  Result<void> send(const TradeRecord& trade, ProcessingTime now);
  /// Serves delivery reports. An error: a record could not be delivered.
  Result<void> poll();
  /// Waits until all records are delivered.
  Result<void> flush(Duration timeout);
  uint64_t sent() const { return sent_; }

 private:
  explicit TradeProducer(std::string topic) : topic_(std::move(topic)) {}
  static void on_delivery(rd_kafka_s* client, const rd_kafka_message_s* message, void* self);

  std::string topic_;
  rd_kafka_s* client_ = nullptr;
  uint64_t sent_ = 0;
  std::string failure_;  // of the first record that was not delivered
};

}  // namespace pactolus::demo

#pragma once

#include <map>
#include <memory>
#include <string>

#include "kafka/delivery_reports.h"
#include "kafka/handle.h"
#include "log/ports.h"

namespace pactolus {

/// Gives records to one librdkafka producer and follows what becomes of them: what transactional and other
/// producers have in common. Owned by a producer, in whose thread everything happens.
class RecordSender {
 public:
  /// `call`: what producing is to the table of errors. `rights`: what the producer needs; topics are named by
  /// the sender.
  RecordSender(KafkaCall call, NeededRights rights, Duration call_timeout)
      : call_(call), rights_(std::move(rights)), call_timeout_(call_timeout) {}
  ~RecordSender();

  /// Makes the instance with `conf`. Once, first. It is named in log lines and errors by `name`.
  LogResult<void> open(RdConf conf, std::string name, std::shared_ptr<KafkaLogBridge> log);
  KafkaHandle& handle() const { return *handle_; }
  rd_kafka_t* instance() const { return handle_->get(); }
  const std::string& name() const { return name_; }

  /// Queues records of one partition, in their order. Waits while the queue is full, at most the call's
  /// timeout. An error may be about records of an earlier call.
  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records);

  /// Counts delivery anew.
  void restart();
  const DeliveryReports& reports() const { return reports_; }
  /// What became of the first record that was not delivered; there must be one.
  LogError not_delivered() const;
  /// Where the delivered records are.
  TransactionReceipt receipt() const;
  /// If a transaction was refused for a topic: WRITE on that one. Else `topic_right`; empty: WRITE on one of
  /// all.
  NeededRights rights(std::string topic_right) const;

 private:
  struct Topic {
    RdTopic handle;
    TopicDelivery delivery;
    int32_t partitions = 0;
  };

  LogResult<Topic*> topic(const std::string& name);
  LogResult<void> enqueue(const Topic& topic, Partition partition, const OutgoingRecord& record);

  const KafkaCall call_;
  const NeededRights rights_;
  const Duration call_timeout_;
  std::string name_;
  DeliveryReports reports_;
  std::shared_ptr<KafkaHandle> handle_;  // nobody else's
  std::map<std::string, std::unique_ptr<Topic>> topics_;
};

/// "10 s", for messages.
std::string seconds(Duration duration);

}  // namespace pactolus

#include "kafka/record_sender.h"

#include <chrono>
#include <optional>

#include "kafka/outgoing.h"
#include "kafka/topic_lookup.h"

namespace pactolus {

std::string seconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

RecordSender::~RecordSender() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_->get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

LogResult<void> RecordSender::open(RdConf conf, std::string name, std::shared_ptr<KafkaLogBridge> log) {
  name_ = std::move(name);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), DeliveryReports::on_report);
  handle_ = PACTOLUS_TRY(KafkaHandle::make(RD_KAFKA_PRODUCER, std::move(conf), name_, std::move(log)));
  return {};
}

LogResult<void> RecordSender::produce(const TopicPartition& partition,
                                      std::span<const OutgoingRecord> records) {
  const Topic& topic = *PACTOLUS_TRY(this->topic(partition.topic));
  if (partition.partition.value() < 0 || partition.partition.value() >= topic.partitions) {
    return LogError{LogErrorKind::kFatal, "unknown partition: " + to_string(partition) + "; the topic has " +
                                              std::to_string(topic.partitions)};
  }
  for (const OutgoingRecord& record : records) PACTOLUS_TRY(enqueue(topic, partition.partition, record));
  rd_kafka_poll(handle_->get(), 0);
  if (reports_.failure()) return not_delivered();
  return {};
}

LogResult<void> RecordSender::enqueue(const Topic& topic, Partition partition, const OutgoingRecord& record) {
  std::optional<std::chrono::steady_clock::time_point> full_since;  // the clock is not asked for every record
  while (true) {
    const rd_kafka_resp_err_t code = enqueue_record(handle_->get(), topic.handle.get(), partition, record);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      const KafkaFailure fatal = handle_->fatal_failure();
      LogError error = log_error(call_, fatal.fatal ? fatal : failure_of(code), rights({}));
      // That some record was not delivered says less than what became of it.
      if (error.kind == LogErrorKind::kAbort && reports_.failure()) error = not_delivered();
      return std::move(error).within("produce to " + topic.delivery.topic);
    }
    const auto now = std::chrono::steady_clock::now();
    if (!full_since) full_since = now;
    if (now - *full_since > call_timeout_) {
      return LogError{LogErrorKind::kAbort, "produce: no record was delivered for " + seconds(call_timeout_) +
                                                ", and the queue is full: " + name_};
    }
    rd_kafka_poll(handle_->get(), 10);
  }
}

void RecordSender::restart() {
  reports_.restart();
  for (auto& [name, topic] : topics_) topic->delivery.ends.clear();
}

LogError RecordSender::not_delivered() const {
  const std::string& topic = reports_.failed_topic();
  return log_error(call_, *reports_.failure(), rights("WRITE on topic " + topic))
      .within("records for topic " + topic + " were not delivered");
}

TransactionReceipt RecordSender::receipt() const {
  TransactionReceipt receipt;
  for (const auto& [name, topic] : topics_) {
    for (size_t i = 0; i < topic->delivery.ends.size(); ++i) {
      if (const int64_t end = topic->delivery.ends[i]; end >= 0)
        receipt[{name, Partition{static_cast<int32_t>(i)}}] = Offset{end};
    }
  }
  return receipt;
}

NeededRights RecordSender::rights(std::string topic_right) const {
  // Whatever fails in a transaction after that fails for this.
  if (const std::string refused = handle_->refused_topic(); !refused.empty())
    topic_right = "WRITE on topic " + refused;
  if (topic_right.empty()) {
    topic_right = "WRITE on one of the topics";
    for (const auto& [name, topic] : topics_) topic_right += ' ' + name;
  }
  NeededRights rights = rights_;
  rights.topic = std::move(topic_right);
  return rights;
}

LogResult<RecordSender::Topic*> RecordSender::topic(const std::string& name) {
  if (auto known = topics_.find(name); known != topics_.end()) return known->second.get();
  auto topic = std::make_unique<Topic>();
  topic->delivery = {.reports = &reports_, .topic = name, .ends = {}};
  rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(handle_->get());
  rd_kafka_topic_conf_set_opaque(conf, &topic->delivery);
  topic->handle.reset(rd_kafka_topic_new(handle_->get(), name.c_str(), conf));
  if (topic->handle == nullptr) {
    rd_kafka_topic_conf_destroy(conf);
    return LogError{LogErrorKind::kFatal, "not a topic's name: " + name};
  }
  // Also lets librdkafka know the topic: without it the first records would wait up to a second.
  const TopicLookup found = look_up_topic(handle_->get(), topic->handle.get(), call_timeout_);
  if (found.unanswered != RD_KAFKA_RESP_ERR_NO_ERROR)
    return LogError{LogErrorKind::kAbort, "no broker says where topic " + name + " is: " + name_};
  if (found.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return log_error(call_, failure_of(found.error), rights("WRITE on topic " + name))
        .within("topic " + name);
  }
  topic->partitions = found.partitions;
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

}  // namespace pactolus

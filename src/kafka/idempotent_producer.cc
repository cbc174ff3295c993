#include "kafka/idempotent_producer.h"

namespace pactolus {

LogResult<std::unique_ptr<IdempotentProducer>> KafkaIdempotentProducer::make(
    RdConf conf, const std::string& client_id, Duration call_timeout, std::shared_ptr<KafkaLogBridge> log) {
  auto producer = std::make_unique<KafkaIdempotentProducer>(call_timeout);
  PACTOLUS_TRY(producer->sender_.open(std::move(conf), client_id, std::move(log)));
  return std::unique_ptr<IdempotentProducer>{std::move(producer)};
}

KafkaIdempotentProducer::KafkaIdempotentProducer(Duration call_timeout)
    : call_timeout_(call_timeout),
      // Brokers before 2.8 want a right of its own; since then WRITE on any topic is enough.
      sender_(KafkaCall::kProduceAtOnce,
              {.cluster = "WRITE on the topics, or IDEMPOTENT_WRITE on the cluster"}, call_timeout) {}

LogResult<void> KafkaIdempotentProducer::produce(const TopicPartition& partition,
                                                 std::span<const OutgoingRecord> records) {
  PACTOLUS_TRY(check_alive());
  auto queued = sender_.produce(partition, records);
  if (!queued) return failed(std::move(queued).error());
  return {};
}

LogResult<void> KafkaIdempotentProducer::flush() {
  PACTOLUS_TRY(check_alive());
  const rd_kafka_resp_err_t flushed = rd_kafka_flush(sender_.instance(), milliseconds(call_timeout_));
  if (sender_.reports().failure()) return failed(sender_.not_delivered());
  // A dying instance gives up its records, and calls that flushed.
  const KafkaFailure fatal = sender_.handle().fatal_failure();
  if (fatal.fatal) {
    return failed(
        log_error(KafkaCall::kProduceAtOnce, fatal, sender_.rights({})).within("flush of " + sender_.name()));
  }
  if (flushed == RD_KAFKA_RESP_ERR_NO_ERROR && !sender_.reports().given_up()) return {};
  return failed({LogErrorKind::kAbort, "flush: some records were not acknowledged within " +
                                           seconds(call_timeout_) + ": " + sender_.name()});
}

LogResult<void> KafkaIdempotentProducer::check_alive() const {
  if (!dead_) return {};
  return LogError{LogErrorKind::kFatal, "use of a producer that has failed: " + sender_.name()};
}

LogError KafkaIdempotentProducer::failed(LogError error) {
  dead_ = true;
  return error;
}

}  // namespace pactolus

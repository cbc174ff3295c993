#pragma once

#include <functional>
#include <memory>
#include <string>

#include "kafka/doubt_watch.h"
#include "kafka/record_sender.h"
#include "log/ports.h"

namespace pactolus {

/// Transactions over one librdkafka producer. Owned by a worker, whose thread calls everything. Destruction
/// drops what was not delivered and leaves an open transaction to the broker, which aborts it when the next
/// producer of the same id begins or its time is over.
class KafkaTransactionalProducer final : public TransactionalProducer {
 public:
  static LogResult<std::unique_ptr<TransactionalProducer>> make(RdConf conf,
                                                                const TransactionalProducerOptions& options,
                                                                Duration call_timeout,
                                                                std::shared_ptr<KafkaLogBridge> log);
  KafkaTransactionalProducer(std::string id, Duration call_timeout);
  ~KafkaTransactionalProducer() override;

  LogResult<void> init() override;
  LogResult<void> begin() override;
  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records) override;
  LogResult<void> send_offsets(std::span<const OffsetCommit> offsets, const GroupMetadata& member) override;
  LogResult<TransactionReceipt> commit() override;
  LogResult<void> abort() override;

 private:
  enum class State : uint8_t { kNew, kReady, kOpen, kAbortOnly, kDead };
  using Instant = std::chrono::steady_clock::time_point;

  LogResult<void> check_open(const char* call) const;
  /// Runs a call of librdkafka's, again while that may help, at most call_timeout_; then says what its
  /// outcome is worth. `topic_right`: as in RecordSender::rights().
  LogResult<void> run(KafkaCall call, const std::function<rd_kafka_error_t*(int timeout_ms)>& step,
                      const std::string& topic_right = {});
  LogError judge(KafkaCall call, const KafkaFailure& failure, const std::string& topic_right) const;
  /// Why nothing can be said of the broker's side, if so.
  std::optional<std::string> doubt(Instant began) const;
  /// Takes the error's consequence for this producer, and gives it back.
  LogError failed(LogError error);

  const std::string id_;
  const Duration call_timeout_;
  State state_ = State::kNew;
  DoubtWatch watch_;
  RecordSender sender_;
};

}  // namespace pactolus

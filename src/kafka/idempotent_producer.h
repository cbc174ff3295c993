#pragma once

#include <memory>
#include <string>

#include "kafka/record_sender.h"
#include "log/ports.h"

namespace pactolus {

/// One librdkafka producer without transactions. Owned by a worker, whose thread calls everything.
/// Destruction drops what was not sent.
///
/// What librdkafka calls fatal (a gap in the sequence numbers, say) is one error like others here: it is
/// about this instance, and another one may work.
class KafkaIdempotentProducer final : public IdempotentProducer {
 public:
  static LogResult<std::unique_ptr<IdempotentProducer>> make(RdConf conf, const std::string& client_id,
                                                             Duration call_timeout,
                                                             std::shared_ptr<KafkaLogBridge> log);
  explicit KafkaIdempotentProducer(Duration call_timeout);

  LogResult<void> produce(const TopicPartition& partition, std::span<const OutgoingRecord> records) override;
  LogResult<void> flush() override;

 private:
  LogResult<void> check_alive() const;
  LogError failed(LogError error);

  const Duration call_timeout_;
  bool dead_ = false;
  RecordSender sender_;
};

}  // namespace pactolus

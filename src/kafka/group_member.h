#pragma once

#include "kafka/handle.h"
#include "kafka/reader.h"
#include "kafka/rebalance_answer.h"
#include "log/ports.h"

namespace pactolus {

/// Membership in a group over one librdkafka consumer, in its event mode: nothing of ours runs in a callback.
/// Owned by a worker, whose thread calls everything but reader().wake().
class KafkaGroupMember final : public GroupMember {
 public:
  KafkaGroupMember(std::shared_ptr<KafkaHandle> handle, std::string group, Duration call_timeout);

  LogResult<void> subscribe(std::span<const std::string> topics) override;
  LogResult<GroupEvent> poll() override;
  Reader& reader() override { return reader_; }
  LogResult<std::unique_ptr<GroupMetadata>> metadata() override;
  LogResult<std::vector<CommittedOffset>> committed(std::span<const TopicPartition> partitions,
                                                    Duration timeout) override;
  void close() override;

 private:
  LogError died(const KafkaFailure& failure) const;
  GroupEvent rebalance(rd_kafka_event_t* event);
  LogResult<void> serve_error(rd_kafka_resp_err_t code, const char* reason);
  /// One question; none if it is to be asked again.
  LogResult<std::optional<std::vector<CommittedOffset>>> ask_committed(rd_kafka_topic_partition_list_t* list,
                                                                       Duration timeout);

  const std::shared_ptr<KafkaHandle> handle_;
  const std::string group_;
  RebalanceAnswer answer_ = RebalanceAnswer::kNone;
  RdQueue queue_;
  KafkaReader reader_;
  bool closed_ = false;
};

}  // namespace pactolus

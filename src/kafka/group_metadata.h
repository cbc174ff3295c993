#pragma once

#include <memory>

#include "kafka/rdkafka_ptr.h"
#include "log/ports.h"

namespace pactolus {

/// Who a consumer is in its group, as librdkafka hands it to a producer. Copies share one immutable object.
class KafkaGroupMetadata final : public GroupMetadata {
 public:
  /// Of the consumer, now. kFatal if this librdkafka writes metadata in a form that we don't know.
  static LogResult<std::unique_ptr<GroupMetadata>> of(rd_kafka_t* consumer);

  KafkaGroupMetadata(RdGroupMetadata metadata, int32_t generation)
      : metadata_(std::move(metadata)), generation_(generation) {}
  int32_t generation() const override { return generation_; }
  const rd_kafka_consumer_group_metadata_t* get() const { return metadata_.get(); }

 private:
  const std::shared_ptr<const rd_kafka_consumer_group_metadata_t> metadata_;
  const int32_t generation_;
};

}  // namespace pactolus

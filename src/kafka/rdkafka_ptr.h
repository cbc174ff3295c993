#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace pactolus {

/// Calls librdkafka's destroy function of a type.
template <auto Destroy>
struct RdKafkaDestroy {
  template <class T>
  void operator()(T* object) const {
    Destroy(object);
  }
};

template <class T, auto Destroy>
using RdKafkaPtr = std::unique_ptr<T, RdKafkaDestroy<Destroy>>;

using RdConf = RdKafkaPtr<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using RdTopic = RdKafkaPtr<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using RdQueue = RdKafkaPtr<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using RdEvent = RdKafkaPtr<rd_kafka_event_t, rd_kafka_event_destroy>;
using RdPartitions = RdKafkaPtr<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using RdMetadata = RdKafkaPtr<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using RdGroupList = RdKafkaPtr<const rd_kafka_group_list, rd_kafka_group_list_destroy>;
using RdGroupMetadata =
    RdKafkaPtr<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;
using RdAdminOptions = RdKafkaPtr<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

}  // namespace pactolus

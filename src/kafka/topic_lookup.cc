#include "kafka/topic_lookup.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "kafka/handle.h"
#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

bool has_broker(const rd_kafka_metadata_t& metadata, int32_t id) {
  const std::span brokers{metadata.brokers, static_cast<size_t>(metadata.broker_cnt)};
  return std::ranges::find(brokers, id, &rd_kafka_metadata_broker_t::id) != brokers.end();
}

}  // namespace

TopicLookup look_up_topic(rd_kafka_t* instance, rd_kafka_topic_t* topic, Duration timeout) {
  const rd_kafka_metadata_t* answer = nullptr;
  const rd_kafka_resp_err_t code = rd_kafka_metadata(instance, 0, topic, &answer, milliseconds(timeout));
  const RdMetadata metadata{answer};
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return {.unanswered = code};
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& described = metadata->topics[i];
    if (std::string_view{described.topic} != rd_kafka_topic_name(topic)) continue;
    TopicLookup found{
        .error = described.err, .partitions = described.partition_cnt, .brokers = metadata->broker_cnt};
    for (int p = 0; p < described.partition_cnt; ++p) {
      const rd_kafka_metadata_partition_t& partition = described.partitions[p];
      if (!has_broker(*metadata, partition.leader)) found.leaderless.insert(Partition{partition.id});
    }
    return found;
  }
  return {.error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .brokers = metadata->broker_cnt};
}

}  // namespace pactolus

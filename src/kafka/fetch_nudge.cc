#include "kafka/fetch_nudge.h"

#include <cstdlib>

#include "base/check.h"
#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

size_t number(rd_kafka_t* consumer, const char* property) {
  char value[32] = "";
  size_t size = sizeof value;
  PACTOLUS_CHECK(rd_kafka_conf_get(rd_kafka_conf(consumer), property, value, &size) == RD_KAFKA_CONF_OK,
                 property);
  return std::strtoull(value, nullptr, 10);
}

}  // namespace

FetchNudge::FetchNudge(rd_kafka_t* consumer)
    : consumer_(consumer),
      messages_max_(number(consumer, "queued.min.messages")),
      bytes_max_(number(consumer, "queued.max.messages.kbytes") * 1024) {}

bool FetchNudge::is_due(const TakenFromQueue& taken, rd_kafka_queue_t* queue) const {
  // A queue's bytes can't be asked for: when half a queue of them went, there is room again.
  if (taken.bytes >= bytes_max_ / 2) return true;
  return taken.messages >= messages_max_ / 2 && rd_kafka_queue_length(queue) < messages_max_ / 2;
}

void FetchNudge::send(const TopicPartition& partition) {
  RdPartitions list{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value())
      ->offset = RD_KAFKA_OFFSET_END;
  // Times out at once, after it sent the request.
  rd_kafka_offsets_for_times(consumer_, list.get(), 0);
}

}  // namespace pactolus

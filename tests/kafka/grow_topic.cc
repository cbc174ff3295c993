#include "kafka/grow_topic.h"

#include <librdkafka/rdkafka.h>

#include <catch2/catch.hpp>

#include "kafka/rdkafka_ptr.h"

namespace pactolus {

void grow_topic(const std::string& bootstrap, const std::string& topic, int partitions) {
  char reason[512] = "";
  RdConf conf{rd_kafka_conf_new()};
  REQUIRE(rd_kafka_conf_set(conf.get(), "bootstrap.servers", bootstrap.c_str(), reason, sizeof reason) ==
          RD_KAFKA_CONF_OK);
  RdKafkaPtr<rd_kafka_t, rd_kafka_destroy> client{
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), reason, sizeof reason)};
  RdKafkaPtr<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy> wanted{
      rd_kafka_NewPartitions_new(topic.c_str(), static_cast<size_t>(partitions), reason, sizeof reason)};
  INFO(reason);
  REQUIRE(wanted != nullptr);
  RdQueue queue{rd_kafka_queue_new(client.get())};
  rd_kafka_NewPartitions_t* asked[] = {wanted.get()};
  rd_kafka_CreatePartitions(client.get(), asked, 1, nullptr, queue.get());
  RdEvent event{rd_kafka_queue_poll(queue.get(), 10'000)};
  REQUIRE(event != nullptr);
  size_t count = 0;
  const auto* results =
      rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event.get()), &count);
  REQUIRE(count == 1);
  REQUIRE(rd_kafka_topic_result_error(results[0]) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace pactolus

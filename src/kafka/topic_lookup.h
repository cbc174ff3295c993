#pragma once

#include <librdkafka/rdkafka.h>

#include <set>

#include "base/types.h"

namespace pactolus {

/// What the cluster says of a topic now.
struct TopicLookup {
  rd_kafka_resp_err_t unanswered = RD_KAFKA_RESP_ERR_NO_ERROR;  // the question itself failed
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;  // the topic's: unknown, no right to see it, …
  int32_t partitions = 0;
  std::set<Partition> leaderless{};  // of the partitions
  int32_t brokers = 0;               // of the cluster
};

/// Asks, at most `timeout`. The instance knows the topic's partitions from then on.
TopicLookup look_up_topic(rd_kafka_t* instance, rd_kafka_topic_t* topic, Duration timeout);

}  // namespace pactolus

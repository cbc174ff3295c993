#pragma once

#include <librdkafka/rdkafka.h>

#include "base/types.h"
#include "log/record.h"

namespace pactolus {

/// Gives one record to librdkafka, which copies it. Never waits: _QUEUE_FULL says that there is no room.
rd_kafka_resp_err_t enqueue_record(rd_kafka_t* producer, rd_kafka_topic_t* topic, Partition partition,
                                   const OutgoingRecord& record);

}  // namespace pactolus

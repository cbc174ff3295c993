#pragma once

#include <librdkafka/rdkafka.h>

#include <cstddef>

#include "base/types.h"

namespace pactolus {

/// What was taken from a partition's queue since it was last known to be fed.
struct TakenFromQueue {
  size_t messages = 0;
  size_t bytes = 0;
};

/// librdkafka stops fetching while a partition's queue is full, and looks again when its broker's connection
/// has some traffic, or else a second later: one busy partition is then read in gasps of one queue a second.
/// This makes some traffic, a question that nobody waits for, when a queue that may have been full has been
/// emptied by half. Threads: the reader's.
class FetchNudge {
 public:
  /// Of a consumer, whose limits it learns.
  explicit FetchNudge(rd_kafka_t* consumer);

  bool is_due(const TakenFromQueue& taken, rd_kafka_queue_t* queue) const;
  /// Sends the question to the partition's broker. Doesn't wait.
  void send(const TopicPartition& partition);

 private:
  rd_kafka_t* const consumer_;
  const size_t messages_max_;
  const size_t bytes_max_;
};

}  // namespace pactolus

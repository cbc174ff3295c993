#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "client.h"

namespace pactolus::bench {

/// Reads all partitions of a topic, each from its own queue of librdkafka: the cheapest way that it has.
class PartitionReader {
 public:
  enum class Start { kBeginning, kEnd };

  /// By itself, without a group.
  PartitionReader(const std::string& bootstrap, const std::string& topic, Start start);
  /// As the only member of a group, from its committed offsets. Returns when the group has given the
  /// partitions.
  PartitionReader(const std::string& bootstrap, const std::string& topic, const std::string& group);
  ~PartitionReader();
  PartitionReader(const PartitionReader&) = delete;
  PartitionReader& operator=(const PartitionReader&) = delete;

  /// Some records of one partition, in order.
  using Visitor = std::function<void(int32_t partition, std::span<rd_kafka_message_t* const> records)>;
  /// Visits what has arrived, at most `records_max` of each partition; waits up to `wait_ms` if nothing has.
  /// True: there was something.
  bool read(size_t records_max, int wait_ms, const Visitor& visit);
  /// All partitions were read to their end; stays so until more comes.
  bool at_end() const;

  rd_kafka_t* client() const { return client_.get(); }
  size_t partitions() const { return queues_.size(); }

 private:
  struct Queue {
    RdQueue queue;
    bool at_end = false;
  };

  void assign(const rd_kafka_topic_partition_list_t* list);
  bool read_queue(int32_t partition, size_t records_max, const Visitor& visit);

  RdClient client_;
  std::vector<Queue> queues_;
  std::vector<rd_kafka_message_t*> messages_;
};

}  // namespace pactolus::bench

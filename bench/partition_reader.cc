#include "partition_reader.h"

#include "arguments.h"

namespace pactolus::bench {

namespace {

constexpr int kGroupTries = 300;  // of 100 ms

RdConf group_conf(const std::string& bootstrap, const std::string& group) {
  RdConf conf = consumer_conf(bootstrap);
  set(conf.get(), "group.id", group);
  set(conf.get(), "partition.assignment.strategy", "range");
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_REBALANCE);
  return conf;
}

RdConf groupless_conf(const std::string& bootstrap) {
  RdConf conf = consumer_conf(bootstrap);
  set(conf.get(), "group.id", "bench-reader");  // librdkafka wants one; it is not joined
  return conf;
}

}  // namespace

PartitionReader::PartitionReader(const std::string& bootstrap, const std::string& topic, Start start)
    : client_(open_client(RD_KAFKA_CONSUMER, groupless_conf(bootstrap))) {
  const int count = partition_count(client_.get(), topic);
  const RdPartitions list{rd_kafka_topic_partition_list_new(count)};
  for (int i = 0; i < count; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset =
        start == Start::kBeginning ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  }
  assign(list.get());
}

PartitionReader::PartitionReader(const std::string& bootstrap, const std::string& topic,
                                 const std::string& group)
    : client_(open_client(RD_KAFKA_CONSUMER, group_conf(bootstrap, group))) {
  rd_kafka_poll_set_consumer(client_.get());
  const RdPartitions topics{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  must(rd_kafka_subscribe(client_.get(), topics.get()), "subscribe");
  const RdQueue events{rd_kafka_queue_get_consumer(client_.get())};
  for (int i = 0; i < kGroupTries; ++i) {
    const RdEvent event{rd_kafka_queue_poll(events.get(), 100)};
    if (event == nullptr || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) continue;
    assign(rd_kafka_event_topic_partition_list(event.get()));
    return;
  }
  give_up("the group gave no partitions");
}

PartitionReader::~PartitionReader() {
  rd_kafka_assign(client_.get(), nullptr);
  queues_.clear();
  rd_kafka_consumer_close(client_.get());
}

void PartitionReader::assign(const rd_kafka_topic_partition_list_t* list) {
  queues_.resize(static_cast<size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = list->elems[i];
    RdQueue queue{rd_kafka_queue_get_partition(client_.get(), partition.topic, partition.partition)};
    rd_kafka_queue_forward(queue.get(), nullptr);
    queues_.at(static_cast<size_t>(partition.partition)).queue = std::move(queue);
  }
  must(rd_kafka_assign(client_.get(), list), "assign");
}

bool PartitionReader::read(size_t records_max, int wait_ms, const Visitor& visit) {
  bool any = false;
  for (size_t i = 0; i < queues_.size(); ++i)
    any = read_queue(static_cast<int32_t>(i), records_max, visit) || any;
  // Serves the group and the errors, too.
  const RdQueue events{rd_kafka_queue_get_consumer(client_.get())};
  const RdEvent event{rd_kafka_queue_poll(events.get(), any ? 0 : wait_ms)};
  return any;
}

bool PartitionReader::read_queue(int32_t partition, size_t records_max, const Visitor& visit) {
  Queue& queue = queues_[static_cast<size_t>(partition)];
  messages_.resize(records_max);
  const ssize_t count = rd_kafka_consume_batch_queue(queue.queue.get(), 0, messages_.data(), records_max);
  if (count <= 0) return false;
  size_t records = 0;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    rd_kafka_message_t* message = messages_[i];
    queue.at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::swap(messages_[records++], messages_[i]);  // keeps the records' order
    } else if (!queue.at_end) {
      give_up(rd_kafka_message_errstr(message));
    }
  }
  visit(partition, std::span{messages_}.first(records));
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) rd_kafka_message_destroy(messages_[i]);
  return true;
}

bool PartitionReader::at_end() const {
  for (const Queue& queue : queues_) {
    if (!queue.at_end) return false;
  }
  return true;
}

}  // namespace pactolus::bench

#include "kafka/deletion.h"

#include <string>
#include <utility>

namespace pactolus {

namespace {

using DeleteRecords = RdKafkaPtr<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;

}  // namespace

KafkaDeletion::KafkaDeletion(std::shared_ptr<KafkaHandle> handle, std::span<const PartitionPosition> before,
                             Duration timeout)
    : handle_(std::move(handle)),
      request_(*handle_, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout, "cannot delete records") {
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(before.size()))};
  for (const auto& [partition, offset] : before) {
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value())
        ->offset = offset.value();
  }
  DeleteRecords wanted{rd_kafka_DeleteRecords_new(list.get())};
  rd_kafka_DeleteRecords_t* asked = wanted.get();
  rd_kafka_DeleteRecords(request_.instance(), &asked, 1, request_.options(), request_.queue());
}

std::optional<LogResult<void>> KafkaDeletion::outcome() {
  auto answer = request_.poll({});
  if (!answer) return std::nullopt;
  if (!answer->ok()) return LogResult<void>{std::move(*answer).error()};
  return outcome_in(**answer);
}

LogResult<void> KafkaDeletion::outcome_in(const RdEvent& event) const {
  const auto* answered =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  for (int i = 0; i < answered->cnt; ++i) {
    const rd_kafka_topic_partition_t& element = answered->elems[i];
    if (element.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const TopicPartition partition{element.topic, Partition{element.partition}};
    return request_.error(element.err, nullptr, {.topic = "DELETE on topic " + partition.topic})
        .within(to_string(partition));
  }
  return {};
}

}  // namespace pactolus

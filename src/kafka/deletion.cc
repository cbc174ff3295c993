#include "kafka/deletion.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kafka/admin_request.h"
#include "kafka/client_conf.h"
#include "kafka/handle.h"
#include "kafka/rdkafka_ptr.h"
#include "kafka/topic_lookup.h"

namespace pactolus {

namespace {

using DeleteRecords = RdKafkaPtr<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;
using Deadline = std::chrono::steady_clock::time_point;

constexpr std::string_view kWhat = "cannot delete records";

Duration until(Deadline deadline) {
  const auto left = std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
  return std::max<Duration>(left, std::chrono::milliseconds{1});
}

NeededRights right_to_delete(const std::string& topic) { return {.topic = "DELETE on topic " + topic}; }

/// The handle knows the leader of every partition once this is without error.
LogResult<void> look_up_leaders(KafkaHandle& handle, std::span<const PartitionPosition> before,
                                Deadline deadline) {
  std::string asked;
  TopicLookup found;
  for (const auto& [partition, offset] : before) {
    if (std::exchange(asked, partition.topic) != partition.topic) {
      RdTopic topic{rd_kafka_topic_new(handle.get(), partition.topic.c_str(), nullptr)};
      found = look_up_topic(handle.get(), topic.get(), until(deadline));
      handle.serve_events();
    }
    if (found.unanswered != RD_KAFKA_RESP_ERR_NO_ERROR) return handle.unreachable(kWhat);
    rd_kafka_resp_err_t why = found.error;
    if (why == RD_KAFKA_RESP_ERR_NO_ERROR && partition.partition.value() >= found.partitions)
      why = RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (why == RD_KAFKA_RESP_ERR_NO_ERROR && found.leaderless.contains(partition.partition))
      why = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    if (why == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    return log_error(KafkaCall::kAdmin, failure_of(why), right_to_delete(partition.topic))
        .within(std::string{kWhat} + ": " + to_string(partition));
  }
  return {};
}

LogResult<void> delete_records(const KafkaSettings& settings, const std::shared_ptr<KafkaLogBridge>& log,
                               std::span<const PartitionPosition> before) {
  const Deadline deadline = std::chrono::steady_clock::now() + settings.call_timeout;
  const auto handle = PACTOLUS_TRY(
      KafkaHandle::make(RD_KAFKA_CONSUMER, admin_conf(settings, Isolation::kReadUncommitted), "admin", log));
  PACTOLUS_TRY(look_up_leaders(*handle, before, deadline));
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(before.size()))};
  for (const auto& [partition, offset] : before) {
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value())
        ->offset = offset.value();
  }
  DeleteRecords wanted{rd_kafka_DeleteRecords_new(list.get())};
  rd_kafka_DeleteRecords_t* asked = wanted.get();
  AdminRequest request{*handle, RD_KAFKA_ADMIN_OP_DELETERECORDS, until(deadline), kWhat};
  rd_kafka_DeleteRecords(request.instance(), &asked, 1, request.options(), request.queue());
  const RdEvent event = PACTOLUS_TRY(request.answer({}));
  const auto* answered =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  for (int i = 0; i < answered->cnt; ++i) {
    const rd_kafka_topic_partition_t& element = answered->elems[i];
    if (element.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const TopicPartition partition{element.topic, Partition{element.partition}};
    return request.error(element.err, nullptr, right_to_delete(partition.topic)).within(to_string(partition));
  }
  return {};
}

}  // namespace

KafkaDeletion::KafkaDeletion(KafkaSettings settings, std::shared_ptr<KafkaLogBridge> log,
                             std::span<const PartitionPosition> before) {
  // Everything that it reads is the thread's own: it may outlive this object.
  std::packaged_task<LogResult<void>()> deletion{
      [settings = std::move(settings), log = std::move(log),
       list = std::vector<PartitionPosition>(before.begin(), before.end())] {
        return delete_records(settings, log, list);
      }};
  outcome_ = deletion.get_future();
  std::thread{std::move(deletion)}.detach();
}

std::optional<LogResult<void>> KafkaDeletion::outcome() {
  if (outcome_.wait_for(Duration{0}) != std::future_status::ready) return std::nullopt;
  return outcome_.get();
}

}  // namespace pactolus

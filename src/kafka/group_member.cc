#include "kafka/group_member.h"

#include <thread>
#include <utility>

#include "kafka/group_metadata.h"

namespace pactolus {

namespace {

/// Between two questions for committed offsets: a transaction that holds them open ends within some
/// milliseconds.
constexpr std::chrono::milliseconds kAskAgain{5};

std::vector<TopicPartition> partitions_of(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> partitions;
  for (int i = 0; list != nullptr && i < list->cnt; ++i)
    partitions.push_back({list->elems[i].topic, Partition{list->elems[i].partition}});
  return partitions;
}

CommittedOffset committed_offset(const rd_kafka_topic_partition_t& element) {
  CommittedOffset committed{
      .partition = {element.topic, Partition{element.partition}}, .offset = std::nullopt, .metadata = {}};
  if (element.offset >= 0) committed.offset = Offset{element.offset};
  if (element.metadata != nullptr)
    committed.metadata.assign(static_cast<const char*>(element.metadata), element.metadata_size);
  return committed;
}

}  // namespace

KafkaGroupMember::KafkaGroupMember(std::shared_ptr<KafkaHandle> handle, std::string group,
                                   Duration call_timeout)
    : handle_(std::move(handle)),
      group_(std::move(group)),
      queue_(rd_kafka_queue_get_consumer(handle_->get())),
      reader_(handle_, call_timeout, &answer_) {}

LogResult<void> KafkaGroupMember::subscribe(std::span<const std::string> topics) {
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()))};
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  const rd_kafka_resp_err_t code = rd_kafka_subscribe(handle_->get(), list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return log_error(KafkaCall::kMembership, failure_of(code), {}).within("cannot subscribe");
}

LogResult<GroupEvent> KafkaGroupMember::poll() {
  if (closed_) return LogError{LogErrorKind::kFatal, "poll of a closed group member"};
  if (const KafkaFailure failure = handle_->fatal_failure(); failure.fatal) return died(failure);
  while (RdEvent event{rd_kafka_queue_poll(queue_.get(), 0)}) {
    const rd_kafka_event_type_t type = rd_kafka_event_type(event.get());
    if (type == RD_KAFKA_EVENT_REBALANCE) return rebalance(event.get());
    if (type == RD_KAFKA_EVENT_ERROR)
      PACTOLUS_TRY(serve_error(rd_kafka_event_error(event.get()), rd_kafka_event_error_string(event.get())));
  }
  if (handle_->lost()) return handle_->unreachable("cannot hear of group " + group_);
  return GroupEvent{};
}

/// librdkafka forgets its member id when it hears nothing of the group for a session. Until its caller has
/// answered the revoke that follows, it goes on to send heartbeats, without an id, and the broker takes those
/// for somebody else's.
LogError KafkaGroupMember::died(const KafkaFailure& failure) const {
  LogError error = log_error(KafkaCall::kMembership, failure, {}).within("group " + group_);
  if (error.kind != LogErrorKind::kTwin) return error;
  char* id = rd_kafka_memberid(handle_->get());
  const bool has_lost_its_id = id == nullptr || *id == '\0';
  if (id != nullptr) rd_kafka_mem_free(handle_->get(), id);
  if (has_lost_its_id) return {LogErrorKind::kFenced, "group " + group_ + ": its session had ended"};
  return error;
}

GroupEvent KafkaGroupMember::rebalance(rd_kafka_event_t* event) {
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    answer_ = RebalanceAnswer::kToAssigned;
    return Assigned{partitions_of(rd_kafka_event_topic_partition_list(event))};
  }
  answer_ = RebalanceAnswer::kToRevoked;
  return Revoked{.lost = rd_kafka_assignment_lost(handle_->get()) != 0};
}

LogResult<void> KafkaGroupMember::serve_error(rd_kafka_resp_err_t code, const char* reason) {
  const KafkaFailure failure{.code = code, .fatal = false, .abortable = false, .message = reason};
  const NeededRights rights{.topic = std::string{"READ on a topic of the subscription: "} + reason,
                            .group = "READ on group " + group_};
  LogError error = log_error(KafkaCall::kMembership, failure, rights);
  if (error.kind != LogErrorKind::kRetry) return std::move(error).within("group " + group_);
  handle_->serve_error(code, reason);
  handle_->lost();  // tells it
  return {};
}

LogResult<std::unique_ptr<GroupMetadata>> KafkaGroupMember::metadata() {
  return KafkaGroupMetadata::of(handle_->get());
}

LogResult<std::vector<CommittedOffset>> KafkaGroupMember::committed(
    std::span<const TopicPartition> partitions, Duration timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
  for (const TopicPartition& partition : partitions)
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value());
  if (partitions.empty()) return std::vector<CommittedOffset>{};
  while (true) {
    const auto left = std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    auto answer = PACTOLUS_TRY(ask_committed(list.get(), left));
    if (answer) return *std::move(answer);
    if (left <= kAskAgain) {
      return LogError{LogErrorKind::kRetry,
                      "committed offsets of group " + group_ +
                          " are not to be had yet: open transactions hold some of them, or the "
                          "group's coordinator is not ready"};
    }
    std::this_thread::sleep_for(kAskAgain);
  }
}

LogResult<std::optional<std::vector<CommittedOffset>>> KafkaGroupMember::ask_committed(
    rd_kafka_topic_partition_list_t* list, Duration timeout) {
  const NeededRights rights{.topic = "DESCRIBE on the topics", .group = "DESCRIBE on group " + group_};
  const auto check = [&](rd_kafka_resp_err_t code) -> LogResult<bool> {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
    LogError error = log_error(KafkaCall::kCommitted, failure_of(code), rights);
    if (error.kind == LogErrorKind::kRetry) return false;
    return std::move(error).within("cannot learn the committed offsets of group " + group_);
  };
  if (!PACTOLUS_TRY(check(rd_kafka_committed(handle_->get(), list, milliseconds(timeout))))) {
    if (handle_->lost()) return handle_->unreachable("cannot learn the committed offsets of group " + group_);
    return std::optional<std::vector<CommittedOffset>>{};
  }
  std::vector<CommittedOffset> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    if (!PACTOLUS_TRY(check(list->elems[i].err))) return std::optional<std::vector<CommittedOffset>>{};
    offsets.push_back(committed_offset(list->elems[i]));
  }
  return std::optional{std::move(offsets)};
}

void KafkaGroupMember::close() {
  if (std::exchange(closed_, true)) return;
  reader_.close();
}

}  // namespace pactolus

#include "kafka/reader.h"

#include <algorithm>
#include <utility>

#include "kafka/fetched_messages.h"
#include "kafka/topic_lookup.h"

namespace pactolus {

namespace {

/// A partition from which nothing was heard for so long is asked about, at most for kLookUp.
constexpr std::chrono::seconds kSilence{2};
constexpr std::chrono::seconds kLookUp{1};

constexpr uint64_t kRing = 1;  // what librdkafka writes to the event when a queue gets its first message

void ring_on_first(rd_kafka_queue_t* queue, int fd) {
  rd_kafka_queue_io_event_enable(queue, fd, fd < 0 ? nullptr : &kRing, fd < 0 ? 0 : sizeof kRing);
}

void drain(rd_kafka_queue_t* queue) {
  rd_kafka_message_t* messages[256];
  while (true) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue, 0, messages, std::size(messages));
    if (count <= 0) return;
    for (ssize_t i = 0; i < count; ++i) rd_kafka_message_destroy(messages[i]);
  }
}

}  // namespace

KafkaReader::KafkaReader(std::shared_ptr<KafkaHandle> handle, Duration call_timeout, RebalanceAnswer* answer)
    : handle_(std::move(handle)), call_timeout_(call_timeout), answer_(answer), nudge_(handle_->get()) {
  rd_kafka_poll_set_consumer(handle_->get());
  consumer_queue_.reset(rd_kafka_queue_get_consumer(handle_->get()));
  ring_on_first(consumer_queue_.get(), event_.fd());
}

KafkaReader::~KafkaReader() {
  close();
  for (auto& [partition, position] : positions_) close_queue(std::move(position.queue));
  ring_on_first(consumer_queue_.get(), -1);
}

void KafkaReader::close() {
  if (rd_kafka_consumer_closed(handle_->get()) != 0) return;
  // Without the answer that a rebalance waits for, the close would wait for ever. An answer that nothing
  // waits for would do so itself, should it come as the group's part of librdkafka ends.
  const RebalanceAnswer due = answer_ == nullptr ? RebalanceAnswer::kNone : *answer_;
  if (due == RebalanceAnswer::kToAssigned) {
    RdPartitions none{rd_kafka_topic_partition_list_new(0)};
    rd_kafka_assign(handle_->get(), none.get());
  }
  if (due == RebalanceAnswer::kToRevoked) rd_kafka_assign(handle_->get(), nullptr);
  KafkaHandle::close_consumer(handle_, call_timeout_);
}

LogResult<void> KafkaReader::assign(std::span<const PartitionPosition> positions) {
  stop_reading();
  positions_.clear();
  for (const auto& [partition, offset] : positions) {
    const bool is_new = positions_.try_emplace(partition, Position{.next = offset}).second;
    PACTOLUS_CHECK(is_new, "a partition was assigned twice: " + to_string(partition));
  }
  return start_reading();
}

void KafkaReader::stop_reading() {
  const RebalanceAnswer due =
      answer_ == nullptr ? RebalanceAnswer::kNone : std::exchange(*answer_, RebalanceAnswer::kNone);
  const RdPartitions none{rd_kafka_topic_partition_list_new(0)};
  rd_kafka_assign(handle_->get(), due == RebalanceAnswer::kToRevoked ? nullptr : none.get());
  // Its thread takes things in turn: it answers first after the stops, then after its notes of them.
  for (int question = 0; question < 2; ++question) {
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    rd_kafka_assignment(handle_->get(), &assigned);
    const RdPartitions owned{assigned};
  }
  for (auto& [partition, position] : positions_) close_queue(std::move(position.queue));
}

LogResult<void> KafkaReader::start_reading() {
  if (positions_.empty()) return {};
  const RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(positions_.size()))};
  for (auto& [partition, position] : positions_) {
    position.queue = open_queue(partition);
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value())
        ->offset = position.next.value();
  }
  const rd_kafka_resp_err_t code = rd_kafka_assign(handle_->get(), list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return log_error(KafkaCall::kRead, failure_of(code), {}).within("cannot assign partitions");
}

RdQueue KafkaReader::open_queue(const TopicPartition& partition) {
  RdQueue queue{
      rd_kafka_queue_get_partition(handle_->get(), partition.topic.c_str(), partition.partition.value())};
  PACTOLUS_CHECK(queue != nullptr, to_string(partition));
  rd_kafka_queue_forward(queue.get(), nullptr);  // stays so when the partition is assigned
  ring_on_first(queue.get(), event_.fd());
  return queue;
}

void KafkaReader::close_queue(RdQueue queue) {
  ring_on_first(queue.get(), -1);
  drain(queue.get());
}

LogResult<FetchedBatch> KafkaReader::fetch(const TopicPartition& partition, size_t records_max) {
  if (answer_ == nullptr) serve_events();
  const auto found = positions_.find(partition);
  if (found == positions_.end())
    return LogError{LogErrorKind::kFatal,
                    "fetch of a partition that is not assigned: " + to_string(partition)};
  Position& position = found->second;
  if (position.failure) return *position.failure;
  if (position.out_of_range) return settle_out_of_range(partition, position);
  position.may_have_more = false;
  messages_.resize(records_max);
  std::optional<KafkaFailure> failure;
  handle_->catch_error(&failure);
  const ssize_t count = rd_kafka_consume_batch_queue(position.queue.get(), 0, messages_.data(), records_max);
  handle_->catch_error(nullptr);
  if (count < 0) failure = failure_of(rd_kafka_last_error());
  position.found_empty = count <= 0;
  std::optional<LogError> error;
  if (failure) error = read_error(partition, position, *failure);
  if (count > 0)
    return collect(partition, position, std::span{messages_}.first(static_cast<size_t>(count)),
                   std::move(error));
  if (error) return *std::move(error);
  return nothing_arrived(partition, position);
}

LogResult<FetchedBatch> KafkaReader::nothing_arrived(const TopicPartition& partition, Position& position) {
  if (handle_->lost()) return handle_->unreachable("cannot fetch");
  const Instant now = std::chrono::steady_clock::now();
  if (position.heard_of || now - position.silent_since < kSilence) return FetchedBatch{};
  // Not even an end: librdkafka waits without a word for a topic that isn't there or that we may not see.
  position.silent_since = now;
  const RdTopic topic{rd_kafka_topic_new(handle_->get(), partition.topic.c_str(), nullptr)};
  if (topic == nullptr) return read_error(partition, position, failure_of(RD_KAFKA_RESP_ERR__INVALID_ARG));
  const TopicLookup found = look_up_topic(handle_->get(), topic.get(), kLookUp);
  if (found.unanswered != RD_KAFKA_RESP_ERR_NO_ERROR) return FetchedBatch{};
  if (found.error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return read_error(partition, position, failure_of(found.error));
  if (partition.partition.value() < found.partitions) return FetchedBatch{};
  return read_error(partition, position, failure_of(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION));
}

LogResult<FetchedBatch> KafkaReader::collect(const TopicPartition& partition, Position& position,
                                             std::span<rd_kafka_message_t* const> messages,
                                             std::optional<LogError> error) {
  position.heard_of = true;
  auto memory = std::make_shared<FetchedMessages>(handle_, messages);
  FetchedBatch batch;
  batch.records.reserve(messages.size());
  for (const rd_kafka_message_t* message : messages) {
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset < position.next.value()) continue;  // of an earlier assignment
      position.next = Offset{message->offset};
      position.taken = {};
      batch.end_of_partition = position.next;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      error = read_error(partition, position,
                         {.code = message->err, .message = rd_kafka_message_errstr(message)});
      if (position.failure || position.out_of_range) break;  // what follows, if anything, comes after a gap
    } else if (message->offset >= position.next.value()) {
      batch.records.push_back(memory->view(*message));
      batch.end_of_partition.reset();
      position.next = next(Offset{message->offset});
      position.taken.bytes += message->len + message->key_len;
      ++position.taken.messages;
    }
  }
  if (nudge_.is_due(position.taken, position.queue.get())) {
    nudge_.send(partition);
    position.taken = {};
  }
  position.found_empty = batch.records.empty();
  // Beside records an error has time: if it stays, the next fetch tells it.
  if (error && batch.records.empty() && !batch.end_of_partition) return *std::move(error);
  if (!batch.records.empty()) batch.memory = std::move(memory);
  return batch;
}

LogError KafkaReader::read_error(const TopicPartition& partition, Position& position,
                                 const KafkaFailure& failure) {
  LogError error = log_error(KafkaCall::kRead, failure, {.topic = "READ on topic " + partition.topic})
                       .within("cannot read " + to_string(partition));
  if (failure.code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    position.out_of_range = true;
    error.kind = LogErrorKind::kRetry;  // until the log's ends are known
  } else if (error.kind == LogErrorKind::kFatal) {
    position.failure = error;
  } else {
    handle_->serve_error(failure.code, failure.message.c_str());
  }
  return error;
}

LogResult<FetchedBatch> KafkaReader::settle_out_of_range(const TopicPartition& partition,
                                                         Position& position) {
  int64_t start = 0;
  int64_t end = 0;
  const rd_kafka_resp_err_t code =
      rd_kafka_query_watermark_offsets(handle_->get(), partition.topic.c_str(), partition.partition.value(),
                                       &start, &end, milliseconds(call_timeout_));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return log_error(KafkaCall::kRead, failure_of(code), {.topic = "DESCRIBE on topic " + partition.topic})
        .within("cannot learn where the log of " + to_string(partition) + " starts and ends");
  }
  const int64_t offset = position.next.value();
  if (start <= offset && offset <= end) {
    // The word was of an earlier assignment, or the log has changed since: read on from where we are. Not
    // while a rebalance waits for its answer, which only the caller can give.
    if (answer_ != nullptr && *answer_ != RebalanceAnswer::kNone) return FetchedBatch{};
    position.out_of_range = false;
    stop_reading();
    PACTOLUS_TRY(start_reading());
    return FetchedBatch{};
  }
  position.out_of_range = false;
  position.failure =
      LogError{LogErrorKind::kFatal, "the log of " + to_string(partition) + " has no offset " +
                                         std::to_string(offset) + ": start " + std::to_string(start) +
                                         ", end " + std::to_string(end)};
  return *position.failure;
}

void KafkaReader::wait(Duration timeout) {
  if (answer_ == nullptr) serve_events();
  // One ring may stand for several queues, of which the caller may have looked at one only: say it once more.
  bool not_looked_at = false;
  for (auto& [partition, position] : positions_)
    not_looked_at |= std::exchange(position.may_have_more, false);
  if (not_looked_at || !event_.wait(timeout)) return;
  for (auto& [partition, position] : positions_) position.may_have_more = position.found_empty;
}

void KafkaReader::serve_events() {
  while (RdEvent event{rd_kafka_queue_poll(consumer_queue_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR)
      handle_->serve_error(rd_kafka_event_error(event.get()), rd_kafka_event_error_string(event.get()));
  }
}

}  // namespace pactolus

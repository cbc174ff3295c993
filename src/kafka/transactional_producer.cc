#include "kafka/transactional_producer.h"

#include <cstring>
#include <set>
#include <thread>

#include "kafka/group_metadata.h"
#include "kafka/outgoing.h"
#include "kafka/topic_lookup.h"

namespace pactolus {

namespace {

/// Between two tries of a call that librdkafka refused for now.
constexpr std::chrono::milliseconds kTryAgain{10};
/// For records of an open transaction, when its producer is destroyed. Without a broker nothing is added.
constexpr std::chrono::seconds kSettle{1};

const char* name_of(KafkaCall call) {
  switch (call) {
    case KafkaCall::kInit:
      return "init";
    case KafkaCall::kBegin:
      return "begin";
    case KafkaCall::kProduce:
      return "produce";
    case KafkaCall::kSendOffsets:
      return "send_offsets";
    case KafkaCall::kCommit:
      return "commit";
    default:
      return "abort";
  }
}

std::string seconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

std::string names(std::span<const OffsetCommit> offsets) {
  std::set<std::string> topics;
  for (const OffsetCommit& offset : offsets) topics.insert(offset.partition.topic);
  std::string list;
  for (const std::string& topic : topics) list += (list.empty() ? "" : ", ") + topic;
  return list;
}

}  // namespace

LogResult<std::unique_ptr<TransactionalProducer>> KafkaTransactionalProducer::make(
    RdConf conf, const TransactionalProducerOptions& options, Duration call_timeout,
    std::shared_ptr<KafkaLogBridge> log) {
  auto producer = std::make_unique<KafkaTransactionalProducer>(options.transactional_id, call_timeout);
  producer->watch_.attach(conf.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), Delivery::on_report);
  producer->handle_ = PACTOLUS_TRY(
      KafkaHandle::make(RD_KAFKA_PRODUCER, std::move(conf), options.transactional_id, std::move(log)));
  return std::unique_ptr<TransactionalProducer>{std::move(producer)};
}

KafkaTransactionalProducer::~KafkaTransactionalProducer() {
  if (handle_ == nullptr) return;
  // An instance that is destroyed while it adds partitions to its transaction aborts the process (an
  // assertion of librdkafka 2.0.2's): what it has begun must have been answered.
  if (state_ == State::kOpen && !watch_.lost_request()) rd_kafka_flush(handle_->get(), milliseconds(kSettle));
  rd_kafka_purge(handle_->get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

LogResult<void> KafkaTransactionalProducer::init() {
  if (state_ != State::kNew) return LogError{LogErrorKind::kFatal, "init of a producer in use: " + id_};
  const auto step = [&](int timeout_ms) { return rd_kafka_init_transactions(handle_->get(), timeout_ms); };
  PACTOLUS_TRY(run(KafkaCall::kInit, step, rights({})));
  state_ = State::kReady;
  return {};
}

LogResult<void> KafkaTransactionalProducer::begin() {
  if (state_ != State::kReady)
    return LogError{LogErrorKind::kFatal, "begin of a producer that is not ready: " + id_};
  PACTOLUS_TRY(run(
      KafkaCall::kBegin, [&](int) { return rd_kafka_begin_transaction(handle_->get()); }, rights({})));
  delivery_.restart();
  for (auto& [name, topic] : topics_) topic->delivery.ends.clear();
  state_ = State::kOpen;
  return {};
}

LogResult<void> KafkaTransactionalProducer::produce(const TopicPartition& partition,
                                                    std::span<const OutgoingRecord> records) {
  PACTOLUS_TRY(check_open("produce"));
  const Topic& topic = *PACTOLUS_TRY(this->topic(partition.topic));
  if (partition.partition.value() < 0 || partition.partition.value() >= topic.partitions) {
    return LogError{LogErrorKind::kFatal, "unknown partition: " + to_string(partition) + "; the topic has " +
                                              std::to_string(topic.partitions)};
  }
  for (const OutgoingRecord& record : records) PACTOLUS_TRY(enqueue(topic, partition.partition, record));
  rd_kafka_poll(handle_->get(), 0);
  if (delivery_.failure()) return failed(not_delivered());
  return {};
}

LogResult<void> KafkaTransactionalProducer::enqueue(const Topic& topic, Partition partition,
                                                    const OutgoingRecord& record) {
  const Instant began = std::chrono::steady_clock::now();
  while (true) {
    const rd_kafka_resp_err_t code = enqueue_record(handle_->get(), topic.handle.get(), partition, record);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      const KafkaFailure fatal = handle_->fatal_failure();
      return failed(judge(KafkaCall::kProduce, fatal.fatal ? fatal : failure_of(code), rights({}))
                        .within("produce to " + topic.delivery.topic));
    }
    if (std::chrono::steady_clock::now() - began > call_timeout_) {
      return failed({LogErrorKind::kAbort, "produce: no record was delivered for " + seconds(call_timeout_) +
                                               ", and the queue is full: " + id_});
    }
    rd_kafka_poll(handle_->get(), 10);
  }
}

LogResult<void> KafkaTransactionalProducer::send_offsets(std::span<const OffsetCommit> offsets,
                                                         const GroupMetadata& member) {
  PACTOLUS_TRY(check_open("send_offsets"));
  if (offsets.empty()) return {};
  const auto* metadata = dynamic_cast<const KafkaGroupMetadata*>(&member);
  if (metadata == nullptr) return LogError{LogErrorKind::kFatal, "group metadata of another kind of log"};
  // The broker takes a negative generation for a client without a group, and lets everything pass.
  if (metadata->generation() < 0)
    return failed({LogErrorKind::kRebalanced, "send_offsets: not a member of the group"});
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
  for (const auto& [partition, offset, text] : offsets) {
    auto* element =
        rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.value());
    element->offset = offset.value();
    if (text.empty()) continue;
    element->metadata =
        std::memcpy(rd_kafka_mem_malloc(handle_->get(), text.size()), text.data(), text.size());
    element->metadata_size = text.size();  // freed with the list
  }
  const auto step = [&](int timeout_ms) {
    return rd_kafka_send_offsets_to_transaction(handle_->get(), list.get(), metadata->get(), timeout_ms);
  };
  return run(KafkaCall::kSendOffsets, step, rights("READ on one of the topics " + names(offsets)));
}

LogResult<TransactionReceipt> KafkaTransactionalProducer::commit() {
  PACTOLUS_TRY(check_open("commit"));
  const auto step = [&](int timeout_ms) { return rd_kafka_commit_transaction(handle_->get(), timeout_ms); };
  PACTOLUS_TRY(run(KafkaCall::kCommit, step, rights({})));
  if (delivery_.place_unknown())
    return failed({LogErrorKind::kDoubt, "commit: the broker didn't say where it put some records: " + id_});
  state_ = State::kReady;
  return receipt();
}

LogResult<void> KafkaTransactionalProducer::abort() {
  if (state_ != State::kAbortOnly) PACTOLUS_TRY(check_open("abort"));
  const auto step = [&](int timeout_ms) { return rd_kafka_abort_transaction(handle_->get(), timeout_ms); };
  PACTOLUS_TRY(run(KafkaCall::kAbort, step, rights({})));
  state_ = State::kReady;
  return {};
}

LogResult<void> KafkaTransactionalProducer::check_open(const char* call) const {
  if (state_ == State::kOpen) return {};
  if (state_ == State::kAbortOnly)
    return LogError{LogErrorKind::kAbort,
                    std::string{call} + " in a transaction that can only be aborted: " + id_};
  const char* why =
      state_ == State::kDead ? " of a producer that was fenced or in doubt: " : " outside a transaction: ";
  return LogError{LogErrorKind::kFatal, call + std::string{why} + id_};
}

LogResult<void> KafkaTransactionalProducer::run(KafkaCall call,
                                                const std::function<rd_kafka_error_t*(int timeout_ms)>& step,
                                                const NeededRights& rights) {
  // Nothing more must be sent after a request that may still arrive.
  if (const auto lost = watch_.lost_request())
    return failed({LogErrorKind::kDoubt, std::string{name_of(call)} + ": " + *lost + ": " + id_});
  const Instant began = std::chrono::steady_clock::now();
  const auto left = [&] {
    return std::chrono::duration_cast<Duration>(began + call_timeout_ - std::chrono::steady_clock::now());
  };
  std::optional<KafkaFailure> failure;
  while (rd_kafka_error_t* error = step(milliseconds(left()))) {
    const bool again = rd_kafka_error_is_retriable(error) != 0;
    failure = take_failure(error);
    if (!again || failure->fatal || failure->abortable) break;
    if (left() <= kTryAgain || watch_.lost_request()) break;
    std::this_thread::sleep_for(kTryAgain);
    failure.reset();
  }
  LogError error{LogErrorKind::kDoubt, ""};
  if (failure) error = judge(call, *failure, rights);
  const auto unsure = doubt(began);
  if (!failure && !unsure) return {};
  if (unsure && error.kind != LogErrorKind::kFenced && error.kind != LogErrorKind::kFatal)
    error = {LogErrorKind::kDoubt, *unsure + (error.message.empty() ? "" : ": " + error.message)};
  // An init of which nothing was sent did nothing, however long it took.
  if (call == KafkaCall::kInit && error.kind == LogErrorKind::kDoubt &&
      !watch_.ever_sent(DoubtWatch::kInitProducerId)) {
    handle_->serve_events();
    return handle_->unreachable("cannot init transactional id " + id_);
  }
  error.message = std::string{name_of(call)} + ": " + error.message + ": " + id_;
  return failed(std::move(error));
}

LogError KafkaTransactionalProducer::judge(KafkaCall call, const KafkaFailure& failure,
                                           const NeededRights& rights) const {
  LogError error = log_error(call, failure, rights);
  // That some record was not delivered says less than what became of it.
  if (error.kind == LogErrorKind::kAbort && call != KafkaCall::kAbort && delivery_.failure())
    return not_delivered();
  return error;
}

std::optional<std::string> KafkaTransactionalProducer::doubt(Instant began) const {
  if (auto lost = watch_.lost_request()) return lost;
  if (std::chrono::steady_clock::now() - began > call_timeout_)
    return "it took longer than " + seconds(call_timeout_);
  return std::nullopt;
}

LogError KafkaTransactionalProducer::failed(LogError error) {
  if (error.kind == LogErrorKind::kDoubt || error.kind == LogErrorKind::kFenced) {
    state_ = State::kDead;
  } else if (state_ == State::kOpen) {
    state_ = State::kAbortOnly;
  }
  return error;
}

LogError KafkaTransactionalProducer::not_delivered() const {
  const std::string& topic = delivery_.failed_topic();
  return log_error(KafkaCall::kProduce, *delivery_.failure(), rights("WRITE on topic " + topic))
      .within("records for topic " + topic + " were not delivered");
}

TransactionReceipt KafkaTransactionalProducer::receipt() const {
  TransactionReceipt receipt;
  for (const auto& [name, topic] : topics_) {
    for (size_t i = 0; i < topic->delivery.ends.size(); ++i) {
      if (const int64_t end = topic->delivery.ends[i]; end >= 0)
        receipt[{name, Partition{static_cast<int32_t>(i)}}] = Offset{end};
    }
  }
  return receipt;
}

NeededRights KafkaTransactionalProducer::rights(std::string topic_right) const {
  if (const std::string refused = handle_->refused_topic(); topic_right.empty() && !refused.empty())
    topic_right = "WRITE on topic " + refused;
  if (topic_right.empty()) {
    topic_right = "WRITE on one of the topics";
    for (const auto& [name, topic] : topics_) topic_right += ' ' + name;
  }
  return {.topic = std::move(topic_right),
          .group = "READ on the group whose offsets are committed",
          .transactional_id = "WRITE and DESCRIBE on transactional id " + id_,
          .cluster = "WRITE on transactional id " + id_};
}

LogResult<KafkaTransactionalProducer::Topic*> KafkaTransactionalProducer::topic(const std::string& name) {
  if (auto known = topics_.find(name); known != topics_.end()) return known->second.get();
  auto topic = std::make_unique<Topic>();
  topic->delivery = {.delivery = &delivery_, .topic = name, .ends = {}};
  rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(handle_->get());
  rd_kafka_topic_conf_set_opaque(conf, &topic->delivery);
  topic->handle.reset(rd_kafka_topic_new(handle_->get(), name.c_str(), conf));
  if (topic->handle == nullptr) {
    rd_kafka_topic_conf_destroy(conf);
    return LogError{LogErrorKind::kFatal, "not a topic's name: " + name};
  }
  // Also lets librdkafka know the topic: without it the first records would wait up to a second.
  const TopicLookup found = look_up_topic(handle_->get(), topic->handle.get(), call_timeout_);
  if (found.unanswered != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failed({LogErrorKind::kAbort, "no broker says where topic " + name + " is: " + id_});
  if (found.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed(log_error(KafkaCall::kProduce, failure_of(found.error), rights("WRITE on topic " + name))
                      .within("topic " + name));
  }
  topic->partitions = found.partitions;
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

}  // namespace pactolus

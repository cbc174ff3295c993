#include "kafka/transactional_producer.h"

#include <cstring>
#include <set>
#include <thread>

#include "kafka/group_metadata.h"

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
  PACTOLUS_TRY(producer->sender_.open(std::move(conf), options.transactional_id, std::move(log)));
  return std::unique_ptr<TransactionalProducer>{std::move(producer)};
}

KafkaTransactionalProducer::KafkaTransactionalProducer(std::string id, Duration call_timeout)
    : id_(std::move(id)),
      call_timeout_(call_timeout),
      sender_(KafkaCall::kProduce,
              {.group = "READ on the group whose offsets are committed",
               .transactional_id = "WRITE and DESCRIBE on transactional id " + id_,
               .cluster = "WRITE on transactional id " + id_},
              call_timeout) {}

KafkaTransactionalProducer::~KafkaTransactionalProducer() {
  // An instance that is destroyed while it adds partitions to its transaction aborts the process (an
  // assertion of librdkafka 2.0.2's): what it has begun must have been answered.
  if (state_ == State::kOpen && !watch_.lost_request())
    rd_kafka_flush(sender_.instance(), milliseconds(kSettle));
}

LogResult<void> KafkaTransactionalProducer::init() {
  if (state_ != State::kNew) return LogError{LogErrorKind::kFatal, "init of a producer in use: " + id_};
  const auto step = [&](int timeout_ms) {
    return rd_kafka_init_transactions(sender_.instance(), timeout_ms);
  };
  PACTOLUS_TRY(run(KafkaCall::kInit, step));
  state_ = State::kReady;
  return {};
}

LogResult<void> KafkaTransactionalProducer::begin() {
  if (state_ != State::kReady)
    return LogError{LogErrorKind::kFatal, "begin of a producer that is not ready: " + id_};
  PACTOLUS_TRY(run(KafkaCall::kBegin, [&](int) { return rd_kafka_begin_transaction(sender_.instance()); }));
  sender_.restart();
  state_ = State::kOpen;
  return {};
}

LogResult<void> KafkaTransactionalProducer::produce(const TopicPartition& partition,
                                                    std::span<const OutgoingRecord> records) {
  PACTOLUS_TRY(check_open("produce"));
  auto queued = sender_.produce(partition, records);
  if (!queued) return failed(std::move(queued).error());
  return {};
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
        std::memcpy(rd_kafka_mem_malloc(sender_.instance(), text.size()), text.data(), text.size());
    element->metadata_size = text.size();  // freed with the list
  }
  const auto step = [&](int timeout_ms) {
    return rd_kafka_send_offsets_to_transaction(sender_.instance(), list.get(), metadata->get(), timeout_ms);
  };
  return run(KafkaCall::kSendOffsets, step, "READ on one of the topics " + names(offsets));
}

LogResult<TransactionReceipt> KafkaTransactionalProducer::commit() {
  PACTOLUS_TRY(check_open("commit"));
  const auto step = [&](int timeout_ms) {
    return rd_kafka_commit_transaction(sender_.instance(), timeout_ms);
  };
  PACTOLUS_TRY(run(KafkaCall::kCommit, step));
  if (sender_.reports().place_unknown())
    return failed({LogErrorKind::kDoubt, "commit: the broker didn't say where it put some records: " + id_});
  state_ = State::kReady;
  return sender_.receipt();
}

LogResult<void> KafkaTransactionalProducer::abort() {
  if (state_ != State::kAbortOnly) PACTOLUS_TRY(check_open("abort"));
  const auto step = [&](int timeout_ms) {
    return rd_kafka_abort_transaction(sender_.instance(), timeout_ms);
  };
  PACTOLUS_TRY(run(KafkaCall::kAbort, step));
  // librdkafka gives their sequence numbers to the next transaction's records, which the broker then takes
  // for repetitions: it would keep the old ones and acknowledge the new. A new producer has a new epoch.
  if (sender_.reports().may_arrive()) {
    return failed(
        {LogErrorKind::kDoubt, "abort: records that were given up may still arrive: " + sender_.name()});
  }
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
                                                const std::string& topic_right) {
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
  if (failure) error = judge(call, *failure, topic_right);
  const auto unsure = doubt(began);
  if (!failure && !unsure) return {};
  if (unsure && error.kind != LogErrorKind::kFenced && error.kind != LogErrorKind::kFatal)
    error = {LogErrorKind::kDoubt, *unsure + (error.message.empty() ? "" : ": " + error.message)};
  // An init of which nothing was sent did nothing, however long it took.
  if (call == KafkaCall::kInit && error.kind == LogErrorKind::kDoubt &&
      !watch_.ever_sent(DoubtWatch::kInitProducerId)) {
    sender_.handle().serve_events();
    return sender_.handle().unreachable("cannot init transactional id " + id_);
  }
  error.message = std::string{name_of(call)} + ": " + error.message + ": " + id_;
  return failed(std::move(error));
}

LogError KafkaTransactionalProducer::judge(KafkaCall call, const KafkaFailure& failure,
                                           const std::string& topic_right) const {
  // Asked now, not before the call: which topic was refused may become known during it.
  LogError error = log_error(call, failure, sender_.rights(topic_right));
  // That some record was not delivered says less than what became of it.
  if (error.kind == LogErrorKind::kAbort && call != KafkaCall::kAbort && sender_.reports().failure())
    return sender_.not_delivered();
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

}  // namespace pactolus

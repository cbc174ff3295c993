#include "log/memory_producer.h"

namespace pactolus {

MemoryProducer::MemoryProducer(MemoryCluster& cluster, TransactionalProducerOptions options)
    : cluster_(cluster), options_(std::move(options)), identity_{options_.transactional_id, -1} {}

LogResult<void> MemoryProducer::init() {
  if (state_ != State::kNew) return LogError{LogErrorKind::kFatal, "init of a producer in use"};
  LogFault fault = cluster_.fault(LogRequest::kInit, options_.transactional_id);
  if (fault != LogFault::kNone && fault != LogFault::kLostAnswer) return doubt("init");
  auto lock = cluster_.enter();
  identity_.epoch = cluster_.transactions.init(options_.transactional_id, options_.transaction_timeout);
  cluster_.notify();
  if (fault != LogFault::kNone) return doubt("init");
  state_ = State::kReady;
  return {};
}

LogResult<void> MemoryProducer::begin() {
  if (state_ != State::kReady) return LogError{LogErrorKind::kFatal, "begin of a producer that is not ready"};
  state_ = State::kOpen;
  return {};
}

LogResult<void> MemoryProducer::produce(const TopicPartition& partition,
                                        std::span<const OutgoingRecord> records) {
  PACTOLUS_TRY(check_open("produce"));
  LogFault fault = cluster_.fault(LogRequest::kProduce, options_.transactional_id);
  if (fault == LogFault::kNone || fault == LogFault::kLostAnswer) {
    auto lock = cluster_.enter();
    const ProcessingTime now = cluster_.now();
    auto produced = cluster_.transactions.produce(identity_, partition, records, now);
    if (!produced.ok()) return failed(std::move(produced).error());
    cluster_.due_at(now + options_.transaction_timeout);
    cluster_.notify();
  }
  if (fault == LogFault::kNone) return {};
  return failed({LogErrorKind::kAbort, "records were not delivered: " + to_string(partition)});
}

LogResult<void> MemoryProducer::send_offsets(std::span<const OffsetCommit> offsets,
                                             const GroupMetadata& member) {
  PACTOLUS_TRY(check_open("send_offsets"));
  if (offsets.empty()) return {};
  const auto* metadata = dynamic_cast<const MemoryGroupMetadata*>(&member);
  if (metadata == nullptr) return LogError{LogErrorKind::kFatal, "group metadata of another kind of log"};
  LogFault fault = cluster_.fault(LogRequest::kSendOffsets, options_.transactional_id);
  if (fault != LogFault::kNone && fault != LogFault::kLostAnswer) return doubt("send_offsets");
  auto lock = cluster_.enter();
  const ProcessingTime now = cluster_.now();
  auto sent = cluster_.transactions.send_offsets(identity_, offsets, *metadata, now);
  cluster_.due_at(now + options_.transaction_timeout);
  if (fault != LogFault::kNone) return doubt("send_offsets");
  if (!sent.ok()) return failed(std::move(sent).error());
  return {};
}

LogResult<TransactionReceipt> MemoryProducer::commit() {
  PACTOLUS_TRY(check_open("commit"));
  return end(LogRequest::kCommit, TransactionEnd::kCommit);
}

LogResult<void> MemoryProducer::abort() {
  if (state_ != State::kAbortOnly) PACTOLUS_TRY(check_open("abort"));
  PACTOLUS_TRY(end(LogRequest::kAbort, TransactionEnd::kAbort));
  return {};
}

LogResult<TransactionReceipt> MemoryProducer::end(LogRequest request, TransactionEnd how) {
  const char* call = how == TransactionEnd::kCommit ? "commit" : "abort";
  LogFault fault = cluster_.fault(request, options_.transactional_id);
  auto lock = cluster_.enter();
  if (fault == LogFault::kLate) cluster_.transactions.delay(identity_, how);
  if (fault == LogFault::kLate || fault == LogFault::kLostRequest) return doubt(call);
  auto receipt = cluster_.transactions.end(identity_, how);
  cluster_.notify();
  if (fault != LogFault::kNone) return doubt(call);
  if (!receipt.ok()) return failed(std::move(receipt).error());
  state_ = State::kReady;
  return receipt;
}

LogResult<void> MemoryProducer::check_open(const char* call) const {
  if (state_ == State::kOpen) return {};
  if (state_ == State::kAbortOnly) {
    return LogError{LogErrorKind::kAbort, std::string{call} + " in a transaction that can only be aborted"};
  }
  const char* why =
      state_ == State::kDead ? " of a producer that was fenced or in doubt" : " outside a transaction";
  return LogError{LogErrorKind::kFatal, std::string{call} + why};
}

LogError MemoryProducer::failed(LogError error) {
  if (error.kind == LogErrorKind::kAbort || error.kind == LogErrorKind::kRebalanced)
    state_ = State::kAbortOnly;
  if (error.kind == LogErrorKind::kFenced) state_ = State::kDead;
  return error;
}

LogError MemoryProducer::doubt(const char* call) {
  state_ = State::kDead;
  return {LogErrorKind::kDoubt, std::string{call} + " got no answer: " + options_.transactional_id};
}

}  // namespace pactolus

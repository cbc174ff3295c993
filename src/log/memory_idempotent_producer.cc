#include "log/memory_idempotent_producer.h"

#include <utility>

namespace pactolus {

LogResult<void> MemoryIdempotentProducer::produce(const TopicPartition& partition,
                                                  std::span<const OutgoingRecord> records) {
  PACTOLUS_TRY(check_alive());
  const LogFault fault = cluster_.fault(LogRequest::kProduceAtOnce, client_id_);
  if (fault != LogFault::kNone) undelivered_ = to_string(partition);
  if (fault != LogFault::kNone && fault != LogFault::kLostAnswer) return {};
  auto lock = cluster_.enter();
  auto log = cluster_.topics.partition(partition);
  if (!log.ok()) return failed(std::move(log).error());
  (*log)->append(records, TransactionNumber::kNone);
  cluster_.notify();
  return {};
}

LogResult<void> MemoryIdempotentProducer::flush() { return check_alive(); }

LogResult<void> MemoryIdempotentProducer::check_alive() {
  if (dead_) return LogError{LogErrorKind::kFatal, "use of a producer that has failed: " + client_id_};
  if (!undelivered_) return {};
  return failed({LogErrorKind::kAbort, "records were not delivered: " + *undelivered_});
}

LogError MemoryIdempotentProducer::failed(LogError error) {
  dead_ = true;
  return error;
}

}  // namespace pactolus

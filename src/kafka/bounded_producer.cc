#include "kafka/bounded_producer.h"

#include <future>
#include <thread>
#include <vector>

#include "kafka/group_metadata.h"

namespace pactolus {

namespace {

/// For the producer to keep its own time first: what it says is more precise.
constexpr std::chrono::milliseconds kSlack{500};

}  // namespace

BoundedProducer::BoundedProducer(std::unique_ptr<TransactionalProducer> producer, std::string id,
                                 Duration call_timeout)
    : producer_(std::move(producer)), id_(std::move(id)), patience_(call_timeout + kSlack) {}

LogResult<TransactionalProducer*> BoundedProducer::producer() const {
  if (producer_ == nullptr) return LogError{LogErrorKind::kFatal, "use of a producer in doubt: " + id_};
  return producer_.get();
}

LogResult<void> BoundedProducer::init() { return PACTOLUS_TRY(producer())->init(); }
LogResult<void> BoundedProducer::begin() { return PACTOLUS_TRY(producer())->begin(); }
LogResult<TransactionReceipt> BoundedProducer::commit() { return PACTOLUS_TRY(producer())->commit(); }
LogResult<void> BoundedProducer::abort() { return PACTOLUS_TRY(producer())->abort(); }

LogResult<void> BoundedProducer::produce(const TopicPartition& partition,
                                         std::span<const OutgoingRecord> records) {
  return PACTOLUS_TRY(producer())->produce(partition, records);
}

LogResult<void> BoundedProducer::send_offsets(std::span<const OffsetCommit> offsets,
                                              const GroupMetadata& member) {
  PACTOLUS_TRY(producer());
  const auto* metadata = dynamic_cast<const KafkaGroupMetadata*>(&member);
  if (metadata == nullptr) return LogError{LogErrorKind::kFatal, "group metadata of another kind of log"};
  // Everything that the call reads is the thread's own: it may outlive this object.
  std::packaged_task<LogResult<void>()> call{
      [producer = producer_, list = std::vector<OffsetCommit>(offsets.begin(), offsets.end()),
       copy = *metadata] { return producer->send_offsets(list, copy); }};
  std::future<LogResult<void>> outcome = call.get_future();
  std::thread caller{std::move(call)};
  if (outcome.wait_for(patience_) == std::future_status::ready) {
    caller.join();
    return outcome.get();
  }
  caller.detach();
  producer_.reset();
  return LogError{LogErrorKind::kDoubt, "send_offsets: the group's coordinator gives no answer: " + id_};
}

}  // namespace pactolus

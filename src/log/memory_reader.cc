#include "log/memory_reader.h"

#include <algorithm>

namespace pactolus {

LogResult<void> MemoryReader::assign(std::span<const PartitionPosition> positions) {
  auto lock = cluster_.enter();
  positions_.clear();
  for (const PartitionPosition& position : positions) positions_[position.partition].next = position.offset;
  if (member_ != nullptr) member_->assigned();
  cluster_.notify();
  return {};
}

LogResult<FetchedBatch> MemoryReader::fetch(const TopicPartition& partition, size_t records_max) {
  if (cluster_.fault(LogRequest::kFetch, client_id_) != LogFault::kNone) {
    return LogError{LogErrorKind::kRetry, "fetch got no answer: " + to_string(partition)};
  }
  auto lock = cluster_.enter();
  auto found = positions_.find(partition);
  if (found == positions_.end()) {
    return LogError{LogErrorKind::kFatal,
                    "fetch of a partition that is not assigned: " + to_string(partition)};
  }
  Position& position = found->second;
  const MemoryPartition& log = *PACTOLUS_TRY(cluster_.topics.partition(partition));
  PACTOLUS_TRY(check_within(log, partition, position.next));
  auto [batch, next] = log.fetch(position.next, records_max, isolation_);
  position.next = next;
  position.found_empty = batch.records.empty();
  if (position.found_empty && batch.end_of_partition == position.end_reported) {
    batch.end_of_partition.reset();
  } else if (batch.end_of_partition) {
    position.end_reported = batch.end_of_partition;
  }
  return std::move(batch);
}

void MemoryReader::wait(Duration timeout) {
  auto lock = cluster_.enter();
  cluster_.wait(lock, timeout, [&] { return woken_ || something_to_do(); });
  woken_ = false;
}

void MemoryReader::wake() {
  auto lock = cluster_.enter();
  woken_ = true;
  cluster_.notify();
}

bool MemoryReader::something_to_do() {
  if (member_ != nullptr && member_->event_due()) return true;
  return std::ranges::any_of(positions_, [&](const auto& entry) {
    const auto& [partition, position] = entry;
    if (!position.found_empty) return false;
    auto log = cluster_.topics.partition(partition);
    return log.ok() && ((*log)->end(isolation_) > position.next || (*log)->start() > position.next);
  });
}

}  // namespace pactolus

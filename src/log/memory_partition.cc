#include "log/memory_partition.h"

#include <algorithm>

#include "base/check.h"
#include "log/memory_chunk.h"

namespace pactolus {

MemoryPartition::MemoryPartition() = default;
MemoryPartition::~MemoryPartition() = default;
MemoryPartition::MemoryPartition(MemoryPartition&&) noexcept = default;

Offset MemoryPartition::end(Isolation isolation) const {
  Offset end = end_;
  if (isolation == Isolation::kReadUncommitted) return end;
  for (const auto& [transaction, first] : open_) end = std::min(end, first);
  return std::max(end, start_);
}

Offset MemoryPartition::append(std::span<const OutgoingRecord> records, TransactionNumber transaction) {
  if (transaction != TransactionNumber::kNone && !records.empty()) open_.try_emplace(transaction, end_);
  for (const OutgoingRecord& record : records) {
    chunk_for_append().append(end_, record, transaction);
    end_ = next(end_);
  }
  return end_;
}

void MemoryPartition::end_transaction(TransactionNumber transaction, bool committed) {
  if (open_.erase(transaction) > 0 && !committed) aborted_.emplace(transaction, end_);
  end_ = next(end_);
}

void MemoryPartition::delete_records(Offset before) {
  PACTOLUS_CHECK(before <= end_);
  if (before <= start_) return;
  start_ = before;
  while (!chunks_.empty() && chunks_.front()->last() < start_) chunks_.pop_front();
  std::erase_if(aborted_, [&](const auto& range) { return range.second < start_; });
}

MemoryPartition::Chunk& MemoryPartition::chunk_for_append() {
  if (chunks_.empty() || chunks_.back()->full()) chunks_.push_back(std::make_shared<Chunk>());
  return *chunks_.back();
}

std::deque<std::shared_ptr<MemoryPartition::Chunk>>::const_iterator MemoryPartition::chunk_with(
    Offset offset) const {
  return std::partition_point(chunks_.begin(), chunks_.end(),
                              [&](const auto& chunk) { return chunk->last() < offset; });
}

MemoryPartition::Fetch MemoryPartition::fetch(Offset from, size_t records_max, Isolation isolation) const {
  PACTOLUS_CHECK(start_ <= from && from <= end_ && records_max > 0);
  const Offset stop = end(isolation);
  Fetch fetch{{}, from};
  std::vector<RecordView>& found = fetch.batch.records;
  for (auto chunk = chunk_with(from); chunk != chunks_.end() && found.empty(); ++chunk) {
    const auto& records = (*chunk)->records();
    auto record = std::partition_point(records.begin(), records.end(),
                                       [&](const auto& r) { return r.view.offset < fetch.next; });
    found.reserve(std::min<size_t>(records_max, static_cast<size_t>(records.end() - record)));
    for (; record != records.end() && record->view.offset < stop && found.size() < records_max; ++record) {
      fetch.next = next(record->view.offset);
      bool hidden = isolation == Isolation::kReadCommitted &&
                    record->transaction != TransactionNumber::kNone && aborted_.contains(record->transaction);
      if (!hidden) found.push_back(record->view);
    }
    if (!found.empty()) fetch.batch.memory = *chunk;
  }
  if (found.empty()) fetch.next = std::max(from, stop);  // past markers and aborted records
  if (fetch.next >= stop) fetch.batch.end_of_partition = fetch.next;
  return fetch;
}

}  // namespace pactolus

#include "runtime/shared_inputs.h"

#include <algorithm>

namespace pactolus {
namespace {

/// What of a batch begins at an offset.
FetchedBatch rest_of(const FetchedBatch& batch, Offset begin) {
  const auto first = std::ranges::lower_bound(batch.records, begin, {}, &RecordView::offset);
  return {{first, batch.records.end()}, batch.end_of_partition, batch.memory};
}

}  // namespace

std::vector<PartitionPosition> SharedInputs::positions_of(std::span<Task* const> tasks) {
  readers_.clear();
  std::vector<PartitionPosition> positions;
  for (const Task* task : tasks) {
    for (const auto& input : task->inputs()) {
      if (input->plan().is_global()) {
        readers_[input->partition()].push_back(input.get());
      } else {
        positions.push_back({input->partition(), input->fetch_offset()});
      }
    }
  }
  for (const auto& [partition, readers] : readers_) {
    const auto last = std::ranges::min_element(readers, {}, &TaskInput::fetch_offset);
    positions.push_back({partition, (*last)->fetch_offset()});
  }
  return positions;
}

Result<bool> SharedInputs::fetch(Reader& reader, size_t records_max, std::string& away) {
  bool any = false;
  for (const auto& [partition, readers] : readers_) {
    const auto is_full = [&](const TaskInput* input) { return input->waiting() >= records_max; };
    if (std::ranges::any_of(readers, is_full)) continue;
    const LogResult<FetchedBatch> batch = reader.fetch(partition, records_max);
    if (!batch) {
      if (batch.error().kind != LogErrorKind::kRetry) return Error{batch.error().message};
      away = batch.error().message;
      continue;
    }
    for (TaskInput* input : readers) {
      FetchedBatch rest = rest_of(*batch, input->fetch_offset());
      if (rest.records.empty() && !rest.end_of_partition) continue;
      any = any || !rest.records.empty();
      PACTOLUS_TRY(input->offer(std::move(rest)));
    }
  }
  return any;
}

}  // namespace pactolus

#pragma once

#include <optional>
#include <vector>

#include "data/column_batch.h"
#include "log/record.h"
#include "runtime/repartition_record.h"

namespace pactolus {

/// The records that a batch's rows were read from: keeps their bytes for dead letters.
struct FetchedRows final : RowSource {
  TopicPartition partition;
  FetchedBatch batch;
  bool is_copy = false;  // of a global table: another task answers for those that are refused
  std::vector<RepartitionedRow>
      repartitioned;  // for a repartition topic: what each record carries; else empty

  std::optional<RecordAddress> address(uint32_t record) const override {
    if (repartitioned.empty()) return {{partition.topic, partition.partition, batch.records[record].offset}};
    const RepartitionedRow& row = repartitioned[record];
    if (row.origin_topic.empty()) return std::nullopt;
    return {{row.origin_topic, row.origin_partition, row.origin_offset}};
  }
};

}  // namespace pactolus

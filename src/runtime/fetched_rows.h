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
  std::vector<RepartitionedRow>
      repartitioned;  // for a repartition topic: what each record carries; else empty

  /// Where record `index` came from at first: topic, partition and offset of a source's record.
  RepartitionedRow origin_of(uint32_t index) const {
    if (!repartitioned.empty()) return repartitioned[index];
    RepartitionedRow origin;
    origin.origin_topic = partition.topic;
    origin.origin_partition = partition.partition;
    origin.origin_offset = batch.records[index].offset;
    return origin;
  }
};

}  // namespace pactolus

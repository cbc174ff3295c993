#pragma once

#include <optional>
#include <vector>

#include "data/column_batch.h"
#include "log/record.h"
#include "runtime/repartition_record.h"

namespace pactolus {

/// The records that a batch's rows were read from: keeps their bytes for dead letters. Row i of the batch
/// came from record i.
struct FetchedRows final : RowSource {
  TopicPartition partition;
  FetchedBatch batch;
  std::vector<RepartitionedRow>
      repartitioned;  // for a repartition topic: what each record carries; else empty
};

}  // namespace pactolus

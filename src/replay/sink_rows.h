#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "log/owned_record.h"
#include "replay/table_comparison.h"
#include "topology/plan.h"

namespace pactolus {

/// Reads the records of a sink back into rows. A tombstone is a row of its key in which everything else is
/// NULL. Error: a record that the sink's schema does not describe.
Result<std::vector<ArrivedCells>> rows_of_sink(const SinkPlan& sink, std::span<const OwnedRecord> records);

}  // namespace pactolus

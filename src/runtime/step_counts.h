#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "operators/operator.h"

namespace pactolus {

/// Counts by their names, without those that are zero: as they stand in the epoch record and in metrics.
std::map<std::string, uint64_t> by_name(const StepCounts& counts);
StepCounts counts_from(const std::map<std::string, uint64_t>& named);

}  // namespace pactolus

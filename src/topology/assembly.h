#pragma once

#include <memory>

#include "topology/draft.h"
#include "topology/load.h"
#include "topology/plan.h"

namespace pactolus {

/// Cuts a draft without errors into sub-topologies. None: findings say why.
std::unique_ptr<const Plan> assemble(Draft draft, const PlanOptions& options, Diagnostics& diagnostics);

}  // namespace pactolus

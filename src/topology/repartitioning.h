#pragma once

#include <memory>
#include <string>

#include "topology/draft.h"
#include "topology/partitioning.h"

namespace pactolus {

/// Makes a hop's topic, named "<prefix><application>-<step>-repartition", of several before one step
/// "…-<step>-<stream>-repartition". It carries only the columns that
/// its readers look at: they are built anew over those. `selection` takes the columns out of the stream; none
/// if all are carried.
struct Repartitioning {
  std::unique_ptr<RepartitionPlan> plan;
  std::unique_ptr<const OperatorNode> selection;
};
Repartitioning make_repartitioning(Draft& draft, const Hop& hop, const std::string& internal_prefix);

}  // namespace pactolus

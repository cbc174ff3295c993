#pragma once

#include <span>

#include "topology/plan.h"

namespace pactolus {

/// Sets, in a connected plan, how far each step's watermark is behind its task's.
void set_delays(Plan& plan);

/// Sets, for a connected plan, the smallest window behind each of its repartition topics.
void set_boundaries(const Plan& plan, std::span<RepartitionPlan* const> topics);

}  // namespace pactolus

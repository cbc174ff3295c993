#pragma once

#include <span>

#include "aggregates/aggregate.h"
#include "base/register.h"

namespace pactolus {

/// All aggregates, one file each (the list is made by the build).
std::span<const AggregateSpec* const> registered(const AggregateSpec*);
/// By name without regard to case; nullptr if there is none.
const AggregateSpec* find_aggregate(std::string_view name);

}  // namespace pactolus

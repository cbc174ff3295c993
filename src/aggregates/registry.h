#pragma once

#include <span>

#include "aggregates/aggregate.h"
#include "aggregates/ordered_set.h"
#include "base/register.h"

namespace pactolus {

/// All aggregates, one file each (the list is made by the build).
std::span<const AggregateSpec* const> registered(const AggregateSpec*);
/// By name without regard to case; nullptr if there is none.
const AggregateSpec* find_aggregate(std::string_view name);
/// The function for arguments of exactly these types (none: `*`); nullptr if it does not exist.
std::unique_ptr<const Aggregate> bind_aggregate(const AggregateSpec& spec, std::span<const Type> arguments);
/// The same, whose rows can be taken back; nullptr also if they can't. Its state may be another one than
/// bind_aggregate()'s, so what it is known by must say so.
std::unique_ptr<const Aggregate> bind_retracting(const AggregateSpec& spec, std::span<const Type> arguments);
/// Whether the result may depend on the order in which the rows are added.
bool depends_on_order(const AggregateSpec& spec, std::span<const Type> arguments);
/// The ordered-set aggregate for such a call; nullptr if it does not exist.
std::unique_ptr<const OrderedSetAggregate> bind_ordered_set(const AggregateSpec& spec,
                                                            const OrderedSetCall& call);

}  // namespace pactolus

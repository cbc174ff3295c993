#pragma once

#include <memory>

#include "aggregates/ordered_set.h"

namespace pactolus {

/// function(DISTINCT value) whose rows can be taken back: an aggregate over the group's values, each of which
/// `inner` has once while there are rows that have it. Of values that are equal and look different (1.0 and
/// 1.00) it has the first by their looks. `inner` takes one argument, of type `value`, and rows back.
/// nullptr: values of the type can't be told apart (is_key_kind).
std::unique_ptr<const OrderedSetAggregate> make_distinct(std::unique_ptr<const Aggregate> inner, Type value);

}  // namespace pactolus

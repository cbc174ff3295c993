#pragma once

#include "aggregates/aggregate.h"

namespace pactolus {

/// min_by (sign 1) and max_by (sign -1): the value of the row whose second argument is the smallest or
/// greatest; of equal ones the first row's. Not PostgreSQL's, but as in other SQL dialects; the order is
/// PostgreSQL's. None for types that don't have it (no two arguments, or a boolean key).
std::unique_ptr<const Aggregate> make_value_by_extreme(std::span<const Type> arguments, int sign);

}  // namespace pactolus

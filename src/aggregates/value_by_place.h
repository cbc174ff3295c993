#pragma once

#include "aggregates/aggregate.h"

namespace pactolus {

/// first_value, last_value and lag: the value, maybe NULL, of one of a group's rows.
enum class Place { kFirst, kLast, kLastButOne };
std::unique_ptr<const Aggregate> make_value_by_place(std::span<const Type> arguments, Place place);

}  // namespace pactolus

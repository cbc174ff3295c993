#pragma once

#include "aggregates/aggregate.h"

namespace pactolus {

/// first_value and last_value: the value, maybe NULL, of a group's first or last row.
enum class Place { kFirst, kLast };
std::unique_ptr<const Aggregate> make_value_by_place(std::span<const Type> arguments, Place place);

}  // namespace pactolus

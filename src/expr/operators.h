#pragma once

#include <string_view>
#include <vector>

#include "expr/overload.h"

namespace pactolus {

/// All overloads of an operator with that many operands: 1 (a prefix) or 2. Empty: there is no such operator.
std::vector<const Overload*> operators_named(std::string_view name, size_t operands);

}  // namespace pactolus

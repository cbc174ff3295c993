#pragma once

#include <vector>

#include "expr/binder.h"
#include "topology/draft.h"

namespace pactolus {

/// Reads `constants:`. A value's type is that of the same characters as a PostgreSQL literal; in quotes it is
/// text.
std::vector<Constant> read_constants(const Node& node, ReadContext& context);

}  // namespace pactolus

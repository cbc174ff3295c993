#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "config/map_reader.h"
#include "operators/projection.h"
#include "operators/registry.h"

namespace pactolus {

/// Puts a join of two changing tables together, of which `match` and the projection are read already.
/// `match`: the columns of both sides that are equal, which are the right one's whole key. None: diagnostics
/// say why.
std::unique_ptr<const OperatorNode> build_keyed_join(const OperatorBuild& build, const MapReader& reader,
                                                     const std::string& right_name,
                                                     std::array<std::vector<size_t>, 2> match,
                                                     std::array<bool, 2> is_outer, Projection projection);

}  // namespace pactolus

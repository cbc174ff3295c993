#pragma once

#include <memory>

#include "config/map_reader.h"
#include "operators/registry.h"

namespace pactolus {

/// Builds a `join` that names a `table`; `reader` has read its fields. None: diagnostics say why.
std::unique_ptr<const OperatorNode> build_table_join(const OperatorBuild& build, const MapReader& reader);

}  // namespace pactolus

#pragma once

#include <memory>
#include <span>

#include "config/spec.h"
#include "operators/registry.h"

namespace pactolus {

/// The fields of `aggregate:`.
std::span<const FieldSpec> aggregate_fields();

/// Reads, binds and checks `aggregate:`; none: diagnostics say why.
std::unique_ptr<const OperatorNode> build_aggregate(const OperatorBuild& build);

}  // namespace pactolus

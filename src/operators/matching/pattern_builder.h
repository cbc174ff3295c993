#pragma once

#include <memory>
#include <span>

#include "config/spec.h"
#include "operators/registry.h"

namespace pactolus {

/// The fields of `pattern:`.
std::span<const FieldSpec> pattern_fields();

/// Reads, binds and checks `pattern:`; none: diagnostics say why.
std::unique_ptr<const OperatorNode> build_pattern(const OperatorBuild& build);

}  // namespace pactolus

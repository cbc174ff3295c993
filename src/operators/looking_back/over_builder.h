#pragma once

#include <memory>
#include <span>

#include "config/spec.h"
#include "operators/registry.h"

namespace pactolus {

/// The fields of `over:`.
std::span<const FieldSpec> over_fields();

/// Reads, binds and checks `over:`; none: diagnostics say why.
std::unique_ptr<const OperatorNode> build_over(const OperatorBuild& build);

}  // namespace pactolus

#pragma once

#include <optional>

#include "base/diagnostic.h"
#include "config/document.h"
#include "config/source_text.h"

namespace pactolus {

/// The expression that a node holds, as PostgreSQL will read it. Refused, with a hint, is whatever YAML
/// changed in silence: quotes that YAML did not need, an operator or quote cut by a `#` comment, a list split
/// at a comma. The word null is the expression NULL; `~` and nothing are no expressions.
std::optional<SourceText> read_expression(const Node& node, Diagnostics& diagnostics);

}  // namespace pactolus

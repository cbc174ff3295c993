#pragma once

#include <optional>
#include <string>

#include "config/source_text.h"
#include "data/schema.h"
#include "operators/registry.h"

namespace pactolus {

/// The names that an expression of this step may use: the columns of its first input and the constants.
Scope scope_of(const OperatorBuild& build);

/// The column that an expression is, and nothing else: `symbol` or `trades.symbol`.
std::optional<ScopeColumn> copied_column(const SourceText& expression, const Scope& scope);

/// The text on one line with single blanks, so that expressions which differ in layout alone look the same.
std::string normal_text(const SourceText& expression);

}  // namespace pactolus

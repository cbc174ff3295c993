#pragma once

#include <string_view>

#include "operators/registry.h"

namespace pactolus {

/// Steps that no one writes: the plan puts them where a table's rows have to say what they replace, or who
/// was last.

/// Behind the columns of a table whose rows are numbered: the number of the change that made the row, which
/// grows with each change of the task. No column of a file has such a name.
inline constexpr std::string_view kVersionColumn = "$version";

/// Remembers the rows of a table, so that its changes can be followed: gives each with the row before it, and
/// none where nothing changed. Its input: a source that is a table, or any changing table.
const OperatorSpec& table_changes_spec();
/// The same, whose rows have a kVersionColumn.
const OperatorSpec& numbered_changes_spec();

}  // namespace pactolus

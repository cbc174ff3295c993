#pragma once

#include <ostream>
#include <string>

#include "base/result.h"
#include "state/changelog_fold.h"

namespace pactolus {

/// Writes the entries of a step's table as JSON, one a line, in the order of their keys: the task, the
/// window's end, the group's columns, and the value of each aggregate under its SQL text (null where it has
/// none or cannot be shown); of the table of a DISTINCT, which is named by its call, the value under the
/// call's text. Error: the state is of a newer Pactolus, or damaged.
Result<void> write_state_lines(const std::string& task, const ChangelogFold& fold, const std::string& step,
                               const std::string& table, std::ostream& out);

}  // namespace pactolus

#pragma once

#include <ostream>
#include <string>

#include "base/result.h"
#include "state/changelog_fold.h"

namespace pactolus {

/// Writes a step's entries as JSON, one a line, in the order of their keys: the task, the window's end, the
/// group's columns, and the value of each aggregate under its SQL text (null where it has none or cannot be
/// shown). Error: the state is of a newer Pactolus, or damaged.
Result<void> write_state_lines(const std::string& task, const ChangelogFold& fold, const std::string& step,
                               std::ostream& out);

}  // namespace pactolus

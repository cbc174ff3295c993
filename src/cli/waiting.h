#pragma once

#include <map>
#include <string>

#include "cli/committed_state.h"

namespace pactolus {

/// Why a step has given out no more in one task, for people: which of the task's inputs holds its watermark
/// back, and what of the step waits for it. `unread`: records by topic that are there and not read yet.
/// Error: the state does not fit the step.
Result<std::string> explain_waiting(const StepPlace& place, const TaskId& task, const ChangelogFold& fold,
                                    const std::map<std::string, int64_t>& unread);

}  // namespace pactolus

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/console.h"
#include "log/ports.h"
#include "runtime/task_map.h"
#include "state/changelog_fold.h"
#include "topology/plan.h"

namespace pactolus {

/// What tasks of a topology have committed, read from their changelogs by commands that look at them. The
/// topology may be running, or not.

/// A step and the part of the plan that it is of.
struct StepPlace {
  const SubTopology* sub;
  const StepPlan* step;
};

/// None: there is no such step, and `console.err` says so in the name of the command.
std::optional<StepPlace> find_step(const Plan& plan, const std::string& step, const char* command,
                                   const Console& console);

using VisitTask = std::function<Result<void>(const TaskId& task, const ChangelogFold& fold)>;
/// Visits the tasks of a sub-topology that have run so far, by topics and partitions.
Result<void> for_each_committed_task(const Plan& plan, const SubTopology& sub, LogClient& client,
                                     Admin& admin, const VisitTask& visit);

}  // namespace pactolus

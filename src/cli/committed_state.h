#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/command.h"
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

/// What a command does with a step.
using UseStep =
    std::function<Result<void>(const Plan& plan, const StepPlace& place, LogClient& client, Admin& admin)>;
/// Runs a command with `--config FILE --step NAME TOPOLOGY`. The process's exit status.
int run_on_step(const char* command, const Invocation& invocation, const Console& console,
                const UseStep& use);

using VisitTask = std::function<Result<void>(const TaskId& task, const ChangelogFold& fold)>;
/// Visits the tasks of a sub-topology that have run so far, by topics and partitions.
Result<void> for_each_committed_task(const Plan& plan, const SubTopology& sub, LogClient& client,
                                     Admin& admin, const VisitTask& visit);

}  // namespace pactolus

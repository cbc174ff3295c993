#include <ostream>

#include "cli/command.h"
#include "cli/committed_state.h"
#include "cli/waiting.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Says why a step has given out no more: for each of its tasks the watermark, which partition holds it\n"
    "back, and what of the step waits for which time. Reads what was committed: the topology may be "
    "running,\n"
    "or not.\n"
    "\n"
    "  $ pactolus why --config config/pactolus.yaml --step per_minute topologies/trade-monitor.yaml\n"
    "  task trades-0\n"
    "    watermark                       2026-01-01T00:00:58Z\n"
    "    trades-0                        2026-01-01T00:00:58Z\n"
    "    step per_minute                 3 rows of state; next due when the watermark reaches …\n"
    "\n"
    "Exit status: 0 fine, 1 it cannot be read, 2 wrong usage, 78 bad configuration.\n";

constexpr OptionSpec kOptions[] = {{"config", "FILE", "the daemon's settings: Kafka, …"},
                                   {"step", "NAME", "the step that is asked about"}};

/// Records of the task's inputs that are there and not read yet, by topic.
Result<std::map<std::string, int64_t>> unread_of(const EpochRecord& epoch, const TaskId& task, Admin& admin) {
  std::vector<TopicPartition> partitions;
  for (const InputProgress& input : epoch.inputs)
    partitions.push_back({input.topic, input.partition.value_or(task.partition)});
  auto ends = admin.offsets(partitions, OffsetEdge::kEnd, Isolation::kReadCommitted);
  if (!ends) return Error{ends.error().message};
  std::map<std::string, int64_t> unread;
  for (size_t i = 0; i < ends->size(); ++i)
    unread[epoch.inputs[i].topic] += (*ends)[i].offset.value() - epoch.inputs[i].offset.value();
  return unread;
}

Result<void> explain(const Plan& plan, const StepPlace& place, LogClient& client, Admin& admin,
                     std::ostream& out) {
  bool any = false;
  const auto visit = [&](const TaskId& task, const ChangelogFold& fold) -> Result<void> {
    any = true;
    std::map<std::string, int64_t> unread;
    if (fold.epoch()) unread = PACTOLUS_TRY(unread_of(*fold.epoch(), task, admin));
    out << PACTOLUS_TRY(explain_waiting(place, task, fold, unread));
    return {};
  };
  PACTOLUS_TRY(for_each_committed_task(plan, *place.sub, client, admin, visit));
  if (!any) out << "no task has run yet\n";
  return {};
}

int run(const Invocation& invocation, const Console& console) {
  return run_on_step("why", invocation, console,
                     [&](const Plan& plan, const StepPlace& place, LogClient& client, Admin& admin) {
                       return explain(plan, place, client, admin, console.out);
                     });
}

}  // namespace

const Command kWhyCommand{.name = "why",
                          .summary = "says what a step waits for",
                          .operands = "FILE",
                          .operands_min = 1,
                          .operands_max = 1,
                          .options = kOptions,
                          .help = kHelp,
                          .run = run};

}  // namespace pactolus

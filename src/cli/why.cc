#include <ostream>

#include "cli/command.h"
#include "cli/committed_state.h"
#include "cli/daemon_configuration.h"
#include "cli/waiting.h"
#include "runtime/internal_topics.h"

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
  for (const InputProgress& input : epoch.inputs) partitions.push_back({input.topic, task.partition});
  auto ends = admin.offsets(partitions, OffsetEdge::kEnd, Isolation::kReadCommitted);
  if (!ends) return Error{ends.error().message};
  std::map<std::string, int64_t> unread;
  for (size_t i = 0; i < ends->size(); ++i)
    unread[epoch.inputs[i].topic] = (*ends)[i].offset.value() - epoch.inputs[i].offset.value();
  return unread;
}

Result<void> explain(const Plan& plan, const StepPlace& place, LogClient& client, std::ostream& out) {
  auto admin = client.admin();
  if (!admin) return Error{admin.error().message};
  bool any = false;
  const auto visit = [&](const TaskId& task, const ChangelogFold& fold) -> Result<void> {
    any = true;
    std::map<std::string, int64_t> unread;
    if (fold.epoch()) unread = PACTOLUS_TRY(unread_of(*fold.epoch(), task, **admin));
    out << PACTOLUS_TRY(explain_waiting(place, task, fold, unread));
    return {};
  };
  PACTOLUS_TRY(for_each_committed_task(plan, *place.sub, client, **admin, visit));
  if (!any) out << "no task has run yet\n";
  return {};
}

int run(const Invocation& invocation, const Console& console) {
  auto settings_file = invocation.option("config");
  auto step = invocation.option("step");
  if (!settings_file || !step) {
    console.err << "pactolus why: it needs --config FILE and --step NAME\nSee: pactolus why --help\n";
    return kExitUsage;
  }
  auto configuration = load_daemon_configuration(*settings_file, invocation.operands, console);
  if (!configuration) return kExitConfiguration;
  const Plan& plan = *configuration->plans.front();
  const std::optional<StepPlace> place = find_step(plan, *step, "why", console);
  if (!place) return kExitUsage;
  auto client = make_kafka_client(configuration->kafka, make_silent_logger());
  if (!client) {
    console.err << "pactolus why: " << client.error().message << "\n";
    return kExitConfiguration;
  }
  auto explained = explain(plan, *place, **client, console.out);
  if (explained) return kExitFine;
  console.err << "pactolus why: " << explained.error().message << "\n";
  return kExitFindings;
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

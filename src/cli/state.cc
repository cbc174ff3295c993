#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/nearest_name.h"
#include "cli/command.h"
#include "cli/daemon_configuration.h"
#include "cli/state_lines.h"
#include "operators/state_names.h"
#include "runtime/internal_topics.h"
#include "state/changelog_fold.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Prints what a step of a topology remembers, as committed: one JSON object for each group (and window),\n"
    "in the order of tasks, windows and groups, with the value of each aggregate. Reads the changelog "
    "alone:\n"
    "the topology may be running, or not.\n"
    "\n"
    "  $ pactolus state --config config/pactolus.yaml --step per_minute topologies/trade-monitor.yaml\n"
    "  {\"task\":\"trades-0\",\"window_end\":\"2026-01-01T00:01:00Z\",\"symbol\":\"ACME\",…}\n"
    "\n"
    "Exit status: 0 fine, 1 the state cannot be read, 2 wrong usage, 78 bad configuration.\n";

constexpr OptionSpec kOptions[] = {
    {"config", "FILE", "the daemon's settings: Kafka, …"},
    {"step", "NAME", "the step whose state is wanted"},
    {"distinct", "CALL",
     "instead of groups, the values that count(DISTINCT …) or an ordered set has seen in each"}};

/// How long Kafka may say nothing.
constexpr std::chrono::seconds kPatience{30};

/// Reads one changelog partition from its start to the end that it has now.
Result<ChangelogFold> read_changelog(const TopicPartition& partition, LogClient& client, Admin& admin) {
  auto plain = [](LogError error) { return Error{std::move(error.message)}; };
  auto start = admin.offsets({&partition, 1}, OffsetEdge::kStart, Isolation::kReadCommitted);
  if (!start) return plain(std::move(start).error());
  auto end = admin.offsets({&partition, 1}, OffsetEdge::kEnd, Isolation::kReadCommitted);
  if (!end) return plain(std::move(end).error());
  ChangelogFold fold;
  Offset position = start->front().offset;
  auto reader = client.reader(Isolation::kReadCommitted, "pactolus-state");
  if (!reader) return plain(std::move(reader).error());
  auto assigned = (*reader)->assign(*start);
  if (!assigned) return plain(std::move(assigned).error());
  auto heard = std::chrono::steady_clock::now();
  while (position < end->front().offset) {
    auto batch = (*reader)->fetch(partition, kBatchRowsMax);
    if (!batch && batch.error().kind != LogErrorKind::kRetry) return plain(std::move(batch).error());
    bool any = batch && (!batch->records.empty() || batch->end_of_partition);
    if (!any) {
      if (std::chrono::steady_clock::now() - heard > kPatience)
        return Error{"no answer for " + std::to_string(kPatience.count()) + " s"};
      (*reader)->wait(std::chrono::milliseconds{100});
      continue;
    }
    heard = std::chrono::steady_clock::now();
    for (const RecordView& record : batch->records) {
      if (!record.value) return Error{"a record without value: somebody else writes to this topic"};
      PACTOLUS_TRY(fold.apply(*record.value));
      position = pactolus::next(record.offset);
    }
    if (batch->end_of_partition) position = std::max(position, *batch->end_of_partition);
  }
  PACTOLUS_TRY(fold.check_whole());
  return fold;
}

/// The sub-topology of a step; nullptr: there is no such step.
const SubTopology* sub_topology_of(const Plan& plan, std::string_view step) {
  for (const SubTopology& sub : plan.sub_topologies) {
    for (const StepPlan& candidate : sub.steps) {
      if (candidate.name == step) return &sub;
    }
  }
  return nullptr;
}

int unknown_step(const Plan& plan, const std::string& step, const Console& console) {
  std::vector<std::string> names;
  for (const SubTopology& sub : plan.sub_topologies) {
    for (const StepPlan& each : sub.steps) names.push_back(each.name);
  }
  console.err << "pactolus state: " << plan.name << " has no step `" << step << "`";
  const std::string hint = did_you_mean(step, names);
  console.err << (hint.empty() ? "" : "; " + hint) << "\n";
  return kExitUsage;
}

/// What is wanted of the state: a table of a step.
struct Wanted {
  std::string step;
  std::string table;
};

/// The table's name as the step has it. Empty: the step has no state yet.
Result<std::string> table_of(const ChangelogFold& fold, const Wanted& wanted) {
  std::vector<std::string> tables = fold.tables(wanted.step);
  if (tables.empty()) return std::string();
  for (const std::string& table : tables) {
    if (lower_case(table) == lower_case(wanted.table)) return table;
  }
  std::erase(tables, kGroupTable);
  const std::string hint = did_you_mean(wanted.table, tables);
  return Error{"step `" + wanted.step + "` keeps no values for `" + wanted.table + "`" +
               (hint.empty() ? "" : "; " + hint)};
}

Result<void> print_state(const Plan& plan, const SubTopology& sub, const Wanted& wanted, LogClient& client,
                         std::ostream& out) {
  auto admin = client.admin();
  if (!admin) return Error{admin.error().message};
  std::vector<std::string> names;
  for (const InputPlan& input : sub.inputs) names.push_back(input.topic());
  auto inputs = (*admin)->describe_topics(names);
  if (!inputs) return Error{inputs.error().message};
  for (const TopicDescription& input : *inputs) {
    std::vector<std::string> changelog = {plan.changelog_topic(input.name)};
    auto described = (*admin)->describe_topics(changelog);
    if (!described) return Error{described.error().message};
    if (described->empty()) continue;  // another input leads, or nothing ran yet
    for (int32_t number = 0; number < described->front().partitions; ++number) {
      TopicPartition partition{changelog.front(), Partition{number}};
      auto fold = read_changelog(partition, client, **admin);
      if (!fold) return std::move(fold).error().within(to_string(partition));
      const std::string table = PACTOLUS_TRY(table_of(*fold, wanted));
      PACTOLUS_TRY(write_state_lines(to_string(TaskId{input.name, Partition{number}}), *fold, wanted.step,
                                     table, out));
    }
  }
  return {};
}

int run(const Invocation& invocation, const Console& console) {
  auto settings_file = invocation.option("config");
  auto step = invocation.option("step");
  if (!settings_file || !step) {
    console.err << "pactolus state: it needs --config FILE and --step NAME\nSee: pactolus state --help\n";
    return kExitUsage;
  }
  auto configuration = load_daemon_configuration(*settings_file, invocation.operands, console);
  if (!configuration) return kExitConfiguration;
  const Plan& plan = *configuration->plans.front();
  const SubTopology* sub = sub_topology_of(plan, *step);
  if (sub == nullptr) return unknown_step(plan, *step, console);
  auto client = make_kafka_client(configuration->kafka, make_silent_logger());
  if (!client) {
    console.err << "pactolus state: " << client.error().message << "\n";
    return kExitConfiguration;
  }
  const Wanted wanted{*step, invocation.option("distinct").value_or(std::string(kGroupTable))};
  auto printed = print_state(plan, *sub, wanted, **client, console.out);
  if (printed) return kExitFine;
  console.err << "pactolus state: " << printed.error().message << "\n";
  return kExitFindings;
}

}  // namespace

const Command kStateCommand{.name = "state",
                            .summary = "prints what a step remembers",
                            .operands = "FILE",
                            .operands_min = 1,
                            .operands_max = 1,
                            .options = kOptions,
                            .help = kHelp,
                            .run = run};

}  // namespace pactolus

#include "cli/committed_state.h"

#include <algorithm>
#include <chrono>
#include <ostream>

#include "base/nearest_name.h"
#include "cli/daemon_configuration.h"
#include "runtime/internal_topics.h"

namespace pactolus {
namespace {

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

/// None: there is no such step, and `console.err` says so in the name of the command.
std::optional<StepPlace> find_step(const Plan& plan, const std::string& step, const char* command,
                                   const Console& console) {
  std::vector<std::string> names;
  for (const SubTopology& sub : plan.sub_topologies) {
    for (const StepPlan& candidate : sub.steps) {
      if (candidate.name == step) return StepPlace{&sub, &candidate};
      names.push_back(candidate.name);
    }
  }
  console.err << "pactolus " << command << ": " << plan.name << " has no step `" << step << "`";
  const std::string hint = did_you_mean(step, names);
  console.err << (hint.empty() ? "" : "; " + hint) << "\n";
  return std::nullopt;
}

}  // namespace

int run_on_step(const char* command, const Invocation& invocation, const Console& console,
                const UseStep& use) {
  auto settings_file = invocation.option("config");
  auto step = invocation.option("step");
  const std::string name = std::string("pactolus ") + command;
  if (!settings_file || !step) {
    console.err << name << ": it needs --config FILE and --step NAME\nSee: " << name << " --help\n";
    return kExitUsage;
  }
  auto configuration = load_daemon_configuration(*settings_file, invocation.operands, console);
  if (!configuration) return kExitConfiguration;
  const Plan& plan = *configuration->plans.front();
  const std::optional<StepPlace> place = find_step(plan, *step, command, console);
  if (!place) return kExitUsage;
  auto client = make_kafka_client(configuration->kafka, make_silent_logger());
  if (!client) {
    console.err << name << ": " << client.error().message << "\n";
    return kExitConfiguration;
  }
  auto admin = (*client)->admin();
  auto used = admin ? use(plan, *place, **client, **admin) : Result<void>(Error{admin.error().message});
  if (used) return kExitFine;
  console.err << name << ": " << used.error().message << "\n";
  return kExitFindings;
}

Result<void> for_each_committed_task(const Plan& plan, const SubTopology& sub, LogClient& client,
                                     Admin& admin, const VisitTask& visit) {
  std::vector<std::string> names;
  for (const InputPlan& input : sub.inputs) names.push_back(input.topic());
  auto inputs = admin.describe_topics(names);
  if (!inputs) return Error{inputs.error().message};
  for (const TopicDescription& input : *inputs) {
    std::vector<std::string> changelog = {plan.changelog_topic(input.name)};
    auto described = admin.describe_topics(changelog);
    if (!described) return Error{described.error().message};
    if (described->empty()) continue;  // another input leads, or nothing ran yet
    for (int32_t number = 0; number < described->front().partitions; ++number) {
      TopicPartition partition{changelog.front(), Partition{number}};
      auto fold = read_changelog(partition, client, admin);
      if (!fold) return std::move(fold).error().within(to_string(partition));
      PACTOLUS_TRY(visit(TaskId{input.name, Partition{number}}, *fold));
    }
  }
  return {};
}

}  // namespace pactolus

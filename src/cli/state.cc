#include <iostream>

#include "base/nearest_name.h"
#include "cli/command.h"
#include "cli/committed_state.h"
#include "cli/state_lines.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Prints what a step of a topology remembers, as committed: one JSON object for each group (and window,\n"
    "or slice that windows share), in the order of tasks, windows and groups, with the value of each\n"
    "aggregate. Reads the changelog alone: the topology may be running, or not.\n"
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
    if (table == kSliceTable && wanted.table == kGroupTable) return wanted.table;
  }
  std::erase(tables, kGroupTable);
  const std::string hint = did_you_mean(wanted.table, tables);
  return Error{"step `" + wanted.step + "` keeps no values for `" + wanted.table + "`" +
               (hint.empty() ? "" : "; " + hint)};
}

Result<void> print_state(const Plan& plan, const StepPlace& place, const std::string& table_wanted,
                         LogClient& client, Admin& admin, std::ostream& out) {
  const Wanted wanted{place.step->name, table_wanted};
  const auto print = [&](const TaskId& task, const ChangelogFold& fold) -> Result<void> {
    const std::string table = PACTOLUS_TRY(table_of(fold, wanted));
    PACTOLUS_TRY(write_state_lines(to_string(task), fold, wanted.step, table, out));
    if (table != kGroupTable) return {};
    return write_state_lines(to_string(task), fold, wanted.step, std::string(kSliceTable), out);
  };
  return for_each_committed_task(plan, *place.sub, client, admin, print);
}

int run(const Invocation& invocation, const Console& console) {
  const std::string table = invocation.option("distinct").value_or(std::string(kGroupTable));
  return run_on_step("state", invocation, console,
                     [&](const Plan& plan, const StepPlace& place, LogClient& client, Admin& admin) {
                       return print_state(plan, place, table, client, admin, console.out);
                     });
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

#include <iostream>

#include "cli/command.h"
#include "cli/topology_files.h"
#include "topology/explain.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Shows what a topology comes to when it runs: its sub-topologies and their tasks, the topics that it\n"
    "reads, writes and creates, every hop through a topic of its own with the reason for it, the state\n"
    "that it keeps and how far results lie behind. Needs no Kafka.\n"
    "\n"
    "  $ pactolus plan topologies/card-fraud.yaml\n"
    "\n"
    "Exit status: 0 fine, 1 errors in the file (on standard error), 2 wrong usage.\n";

int run(const Invocation& invocation, const Console& console) {
  Environment environment = process_environment();
  LoadedTopology topology = load_topology_file(invocation.operands.front(), {.environment = &environment});
  FindingCounts counts{.files = 1};
  print_findings(topology.diagnostics, topology.text, console, console.err, counts);
  if (topology.plan == nullptr) {
    console.err << summary_of(counts) << "\n";
    return kExitFindings;
  }
  console.out << explain(*topology.plan);
  return kExitFine;
}

}  // namespace

const Command kPlanCommand{.name = "plan",
                           .summary = "shows a topology's tasks, topics and state",
                           .operands = "FILE",
                           .operands_min = 1,
                           .operands_max = 1,
                           .options = {},
                           .help = kHelp,
                           .run = run};

}  // namespace pactolus

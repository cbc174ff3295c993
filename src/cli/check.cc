#include <iostream>

#include "cli/command.h"
#include "cli/topology_files.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Reads each file, or every *.yaml and *.yml of a folder, and reports all that is wrong at once, with\n"
    "the line, a caret and what to write instead. Needs no Kafka.\n"
    "\n"
    "  $ pactolus check topologies/card-fraud.yaml\n"
    "  topologies/card-fraud.yaml:14:13: error[unknown-column]: there is no column `amuont`\n"
    "   14 |     filter: amuont > 0\n"
    "      |             ^^^^^^\n"
    "     = hint: did you mean `amount`?\n"
    "  1 error in 1 file\n"
    "\n"
    "Exit status: 0 fine (warnings included), 1 errors, 2 wrong usage.\n";

int run(const Invocation& invocation, const Console& console) {
  auto files = topology_files(invocation.operands);
  if (!files) {
    console.err << "pactolus check: " << files.error().message << "\n";
    return kExitUsage;
  }
  Environment environment = process_environment();
  FindingCounts counts{.files = files->size()};
  for (const std::string& file : *files) {
    LoadedTopology topology = load_topology_file(file, {.environment = &environment});
    print_findings(topology.diagnostics, topology.text, console, console.out, counts);
  }
  console.out << summary_of(counts) << "\n";
  return counts.errors > 0 ? kExitFindings : kExitFine;
}

}  // namespace

const Command kCheckCommand{.name = "check",
                            .summary = "finds everything that is wrong in topologies",
                            .operands = "FILE|FOLDER...",
                            .operands_min = 1,
                            .options = {},
                            .help = kHelp,
                            .run = run};

}  // namespace pactolus

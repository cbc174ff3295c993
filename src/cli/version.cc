#include "cli/version.h"

#include <iostream>

#include "cli/command.h"
#include "kafka/kafka_client.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Shows the versions of Pactolus and of librdkafka, and what they ask of the brokers.\n"
    "\n"
    "  $ pactolus version\n"
    "\n"
    "Exit status: 0 fine, 2 wrong usage.\n";

int run(const Invocation&, const Console& console) {
  console.out << "pactolus " << kPactolusVersion << "\n"
              << librdkafka_version() << "\n"
              << "Kafka brokers 2.5 and later (offsets fenced by the group's generation, KIP-447);\n"
              << "transactions as before KIP-890: a doubtful commit is settled by a new producer.\n";
  return kExitFine;
}

}  // namespace

const std::string_view kPactolusVersion = PACTOLUS_VERSION;

const Command kVersionCommand{.name = "version",
                              .summary = "shows versions",
                              .operands = "",
                              .operands_max = 0,
                              .options = {},
                              .help = kHelp,
                              .run = run};

}  // namespace pactolus

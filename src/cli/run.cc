#include <iostream>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/daemon_configuration.h"
#include "cli/topology_files.h"
#include "cli/version.h"
#include "state/state_folder.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Runs every topology of a folder (or the named files), each as an application of its own name: its\n"
    "consumer group, transactional ids and internal topics. Reports all that is wrong with any of the\n"
    "files before anything starts.\n"
    "\n"
    "  $ pactolus run --config config/pactolus.yaml topologies/\n"
    "\n"
    "SIGTERM and SIGINT finish what is begun, commit and stop; a second one ends the process at once\n"
    "(nothing is lost then either). The log goes to standard error.\n"
    "\n"
    "Exit status: 0 stopped by a signal, 1 an application could not go on, 2 wrong usage, 78 one could not\n"
    "begin: settings, topologies, topics, rights, state that does not fit; 130 and 143 after a second "
    "signal.\n";

constexpr int64_t kCachePart = 8;

constexpr OptionSpec kOptions[] = {{"config", "FILE", "the daemon's settings: Kafka, workers, instance, …"}};

std::string names_of(const std::vector<std::unique_ptr<const Plan>>& plans) {
  std::string names;
  for (const auto& plan : plans) names += (names.empty() ? "" : ", ") + plan->name;
  return names;
}

/// The local disks of all applications, each behind its lock.
using StateFolders = std::vector<std::unique_ptr<StateFolder>>;

/// Memory for state is shared by the applications' workers; an eighth of it caches what is read from disk.
StateOptions state_options(const DaemonSettings& settings, size_t applications, const StateFolder& folder) {
  auto hot = static_cast<uint64_t>(settings.state.memory_bytes - settings.state.memory_bytes / kCachePart);
  StateOptions options;
  options.open_disk = [&folder](const TaskId& task, std::string& notice) {
    return folder.open_disk(task, notice);
  };
  options.memory_bytes = hot / applications / static_cast<uint64_t>(settings.workers);
  return options;
}

ApplicationOptions application_options(const DaemonSettings& settings) {
  ApplicationOptions options;
  options.workers = settings.workers;
  options.replication = settings.internal_topics.replication;
  options.worker.instance = settings.instance;
  options.worker.commit_interval = settings.commit_interval;
  options.worker.results_at_once = settings.delivery == Delivery::kAtLeastOnce;
  return options;
}

int run_daemon(DaemonConfiguration configuration) {
  StopSignals signals;  // before the threads of logging and Kafka
  const DaemonSettings& settings = configuration.settings;
  std::shared_ptr<Logger> logger = make_logger(settings.log.level, settings.log.format);
  auto client = make_kafka_client(configuration.kafka, logger);
  if (!client) {
    logger->error("{}", client.error().message);
    return kExitConfiguration;
  }
  logger->info("pactolus {} ({}) as {}: running {}", kPactolusVersion, librdkafka_version(),
               settings.instance, names_of(configuration.plans));
  SystemClock clock;
  const size_t count = configuration.plans.size();
  const int64_t cache_bytes = settings.state.memory_bytes / kCachePart / static_cast<int64_t>(count);
  StateFolders folders;
  std::vector<std::unique_ptr<Application>> applications;
  for (auto& plan : configuration.plans) {
    auto folder = StateFolder::open(settings.state.folder, plan->name, static_cast<uint64_t>(cache_bytes));
    if (!folder) {
      logger->error("{}: {}", plan->name, folder.error().message);
      return kExitConfiguration;
    }
    folders.push_back(std::move(*folder));
    ApplicationOptions options = application_options(settings);
    options.worker.state = state_options(settings, count, *folders.back());
    applications.push_back(
        std::make_unique<Application>(std::move(plan), std::move(options), **client, clock, *logger));
  }
  return Daemon(std::move(applications), signals, *logger).run();
}

int run(const Invocation& invocation, const Console& console) {
  auto settings_file = invocation.option("config");
  if (!settings_file) {
    console.err << "pactolus run: it needs --config FILE\nSee: pactolus run --help\n";
    return kExitUsage;
  }
  auto files = topology_files(invocation.operands);
  if (!files) {
    console.err << "pactolus run: " << files.error().message << "\n";
    return kExitConfiguration;
  }
  auto configuration = load_daemon_configuration(*settings_file, *files, console);
  return configuration ? run_daemon(*std::move(configuration)) : kExitConfiguration;
}

}  // namespace

const Command kRunCommand{.name = "run",
                          .summary = "runs topologies against Kafka",
                          .operands = "FILE|FOLDER...",
                          .operands_min = 1,
                          .options = kOptions,
                          .help = kHelp,
                          .run = run};

}  // namespace pactolus

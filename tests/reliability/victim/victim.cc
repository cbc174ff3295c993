// One process of the ledger application (exactness/ledger_events.h) over a real Kafka, which can be told
// where to stop itself. Rounds, checkpoints, purges and sliced window closes, which take minutes in
// production, happen all the time in it.
//
//   victim BOOTSTRAP NAME INSTANCE WORKERS STATE_FOLDER EDITION DELIVERY [SETTING=VALUE...] [STOP_POINT...]
//
// Settings: replication (of its topics), call_timeout_ms (of all that it asks Kafka).

#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "config/document.h"
#include "exactness/ledger_events.h"
#include "kafka/kafka_client.h"
#include "reliability/victim/stop_points.h"
#include "runtime/application.h"
#include "state/state_folder.h"
#include "topology/load.h"

namespace pactolus::testing {
namespace {

constexpr uint64_t kCacheBytes = 1 << 20;

std::unique_ptr<const Plan> plan_of(const std::string& yaml) {
  Diagnostics diagnostics;
  auto document = Document::parse("ledger.yaml", yaml, diagnostics);
  return document ? load_topology(*document, {}, diagnostics) : nullptr;
}

struct Settings {
  int16_t replication = 1;
  std::chrono::milliseconds call_timeout{10'000};
};

/// Takes the settings and the stop points.
Settings read_words(const std::vector<std::string>& words) {
  Settings settings;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) {
      add_stop_point(word);
      continue;
    }
    const int value = std::stoi(word.substr(equals + 1));
    if (word.starts_with("replication=")) settings.replication = static_cast<int16_t>(value);
    if (word.starts_with("call_timeout_ms=")) settings.call_timeout = std::chrono::milliseconds{value};
  }
  return settings;
}

ApplicationOptions options_of(const StateFolder& folder, const std::vector<std::string>& words) {
  ApplicationOptions options;
  options.workers = std::stoi(words[3]);
  options.close_rows_max = 1;
  WorkerOptions& worker = options.worker;
  worker.instance = words[2];
  worker.results_at_once = words[6] == "at_least_once";
  worker.commit_interval = std::chrono::milliseconds{10};
  worker.purge_interval = std::chrono::milliseconds{200};
  worker.session_timeout = std::chrono::seconds{3};
  worker.transaction_timeout = std::chrono::seconds{4};
  worker.fetch_records = 16;
  worker.produce_bytes = 256;
  worker.probe = pass_stop_point;
  worker.state.open_disk = [&folder](const TaskId& task,
                                     std::string& notice) -> Result<std::unique_ptr<DiskTier>> {
    return with_stop_points(PACTOLUS_TRY(folder.open_disk(task, notice)));
  };
  worker.state.memory_bytes = 1 << 20;
  worker.state.checkpoint_interval = std::chrono::milliseconds{300};
  worker.state.rounds = {.log_bytes_min = 2048, .rewritten_bytes_min = 64};
  return options;
}

/// Blocks the signal here and, by inheritance, in all threads that follow; a thread of its own waits for it.
void stop_on_sigterm(Application& application) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  std::thread([&application, signals] {
    int signal = 0;
    if (sigwait(&signals, &signal) == 0) application.stop();
  }).detach();
}

int run(const std::vector<std::string>& words) {
  const Settings wanted = read_words({words.begin() + 7, words.end()});
  std::shared_ptr<Logger> logger = make_logger("info", LogFormat::kText);
  KafkaSettings settings;
  settings.librdkafka = {{"bootstrap.servers", words[0]}};
  settings.call_timeout = wanted.call_timeout;
  auto client = make_kafka_client(settings, logger);
  auto plan = plan_of(ledger_topology(words[1], std::stoi(words[5])));
  auto folder = StateFolder::open(words[4], words[1], kCacheBytes);
  if (!client || plan == nullptr || !folder) {
    logger->error("victim: cannot begin");
    return 78;
  }
  SystemClock clock;
  ApplicationOptions options = options_of(**folder, words);
  options.replication = wanted.replication;
  Application application(std::move(plan), options, **client, clock, *logger);
  stop_on_sigterm(application);
  auto ended = application.run();
  if (!ended) logger->error("{}", ended.error().message);
  logger->flush();
  return ended ? 0 : 1;
}

}  // namespace
}  // namespace pactolus::testing

int main(int count, char** words) {
  if (count < 8) {
    std::fputs("victim BOOTSTRAP NAME INSTANCE WORKERS STATE_FOLDER EDITION DELIVERY [WORD...]\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing is left behind if the test dies
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  int status = pactolus::testing::run({words + 1, words + count});
  std::fflush(nullptr);
  std::_Exit(status);  // a thread still waits for SIGTERM
}

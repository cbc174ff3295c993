#include "kafka/kafka_broker.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace pactolus {

namespace {

std::string script() {
  return (std::filesystem::path{__FILE__}.parent_path() / "../../scripts/kafka").lexically_normal().string();
}

/// The last line that a shell command prints; throws if it fails.
std::string run(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  std::string last;
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) last = line.data();
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  if (!last.empty() && last.back() == '\n') last.pop_back();
  return last;
}

}  // namespace

const std::string& KafkaBroker::shared_bootstrap() {
  static const std::string given = [] {
    const char* address = std::getenv("PACTOLUS_TEST_KAFKA");
    return std::string{address != nullptr ? address : ""};
  }();
  if (!given.empty()) return given;
  static const KafkaBroker broker;
  return broker.bootstrap();
}

KafkaBroker::KafkaBroker(const KafkaBrokerOptions& options) : folder_("kafka") {
  const char* default_version = std::getenv("PACTOLUS_TEST_KAFKA_VERSION");
  const std::string version =
      options.version.empty() && default_version != nullptr ? default_version : options.version;
  std::string proxies;
  for (uint16_t port : options.proxies)
    proxies += (proxies.empty() ? " --proxies " : ",") + std::to_string(port);
  bootstrap_ =
      run(script() + " start --port 0 --folder " + folder_.path() + " --while " + std::to_string(getpid()) +
          " --brokers " + std::to_string(options.brokers) + proxies +
          (version.empty() ? "" : " --version " + version) + (options.secure ? " --secure yes" : ""));
}

std::string KafkaBroker::file(int broker, const std::string& name) const {
  return folder_.path() + "/" + std::to_string(broker) + "/" + name;
}

uint16_t KafkaBroker::number_in(int broker, const std::string& name) const {
  return static_cast<uint16_t>(std::stoi(run("cat " + file(broker, name))));
}

std::string KafkaBroker::secure_bootstrap() const {
  return "127.0.0.1:" + std::to_string(number_in(1, "secure-port"));
}

KafkaBroker::~KafkaBroker() {
  try {
    kill();
  } catch (const std::exception&) {
    // The script's watchdog does it when this process ends.
  }
}

void KafkaBroker::kill(int broker) {
  const std::string which = broker == kAll ? "" : " --broker " + std::to_string(broker);
  run(script() + " kill --folder " + folder_.path() + which);
}

void KafkaBroker::start() { bootstrap_ = run(script() + " start --folder " + folder_.path()); }

void KafkaBroker::freeze(int broker) {
  signal("STOP", broker);
  // A signal takes its time to reach all threads of a busy process.
  run("for try in $(seq 200); do cat /proc/$(cat " + file(broker, "pid") +
      ")/task/*/stat | sed 's/.*) //' | grep -q '^[^T]' || exit 0; sleep 0.05; done; exit 1");
}

void KafkaBroker::thaw(int broker) { signal("CONT", broker); }

void KafkaBroker::signal(const std::string& name, int broker) const {
  run("kill -" + name + " $(cat " + file(broker, "pid") + ")");
}

}  // namespace pactolus

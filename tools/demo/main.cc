/// The demo's other half: makes trades, shows what Pactolus makes of them, and recomputes it. scripts/demo
/// runs it.

#include <cstdio>

#include "base/logger.h"
#include "demo_run.h"
#include "demo_topics.h"
#include "kafka/kafka_client.h"
#include "options.h"

namespace pactolus::demo {
namespace {

constexpr int kExitFine = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

int fail(const Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "\npactolus-demo: %s\n", error.message.c_str());
  return kExitFailed;
}

Result<bool> run(const Options& options, LogClient& client, StopSignal& stop) {
  const auto follower = PACTOLUS_TRY(TopicFollower::open(client, demo_topics()));
  const auto producer = PACTOLUS_TRY(TradeProducer::connect(options.bootstrap, kTradesTopic));
  return DemoRun(options, *follower, *producer, stop).run();
}

int main(std::span<char* const> arguments) {
  StopSignal stop;
  const auto options = parse_options(arguments);
  if (!options.ok()) {
    std::fprintf(stderr, "pactolus-demo: %s\n\n%s", options.error().message.c_str(), usage().c_str());
    return kExitUsage;
  }
  KafkaSettings settings;
  settings.librdkafka = {{"bootstrap.servers", options->bootstrap}};
  const auto client = make_kafka_client(settings, make_silent_logger());
  if (!client.ok()) return fail(client.error());
  if (options->command == Options::kTopics) {
    const auto made = make_demo_topics(**client, *options);
    return made.ok() ? kExitFine : fail(made.error());
  }
  const auto equal = run(*options, **client, stop);
  if (!equal.ok()) return fail(equal.error());
  return *equal ? kExitFine : kExitFailed;
}

}  // namespace
}  // namespace pactolus::demo

int main(int argc, char** argv) { return pactolus::demo::main({argv + 1, argv + argc}); }

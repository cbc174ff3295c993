#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <random>

#include "broker/kafka_run_log.h"
#include "kafka/kafka_broker.h"
#include "kafka/kafka_client.h"
#include "replay/golden_cases.h"

namespace pactolus {
namespace {

using namespace golden;

/// Runs wait for the broker most of their time.
constexpr int kRunsAtOnce = 6;

/// Unique in a cluster that others may use too.
std::string new_prefix() {
  static const uint32_t program = std::random_device{}();
  static int counter = 0;
  return "golden-" + std::to_string(program) + "-" + std::to_string(++counter) + "-";
}

/// A test that is played on both logs.
struct Play {
  const Case* topology;
  InlineTest test;
  std::string name;  // unique in the cluster
  std::optional<Result<Seen>> in_memory;
  std::optional<Result<Seen>> on_kafka;
  uint64_t deaths = 0;  // of workers on Kafka
};

/// The tests for which `applies` holds, under names of their own: no two tests share a topic.
class Plays {
 public:
  Plays(
      std::function<bool(const Case&, const InlineTest&)> applies,
      std::function<void(InlineTest&)> change = [](InlineTest&) {}) {
    std::string prefix = new_prefix();
    size_t most = 0;
    for (const Case& topology : load_cases()) most = std::max(most, topology.tests.size());
    for (size_t number = 0; number < most; ++number)
      cases_.push_back(load_cases(prefix + std::to_string(number) + "-"));
    for (size_t number = 0; number < most; ++number) {
      for (const Case& topology : cases_[number]) {
        if (number >= topology.tests.size() || !applies(topology, topology.tests[number])) continue;
        plays_.push_back({&topology, topology.tests[number], topology.plan->name, {}, {}, 0});
        change(plays_.back().test);
      }
    }
  }

  /// Plays all of them in memory and on the broker, with the same options.
  const std::vector<Play>& run(const VirtualRunOptions& options) { return run(options, options); }
  const std::vector<Play>& run(const VirtualRunOptions& in_memory, const VirtualRunOptions& on_kafka) {
    KafkaSettings settings;
    settings.librdkafka = {{"bootstrap.servers", KafkaBroker::shared_bootstrap()}};
    auto client = make_kafka_client(settings, make_silent_logger());
    REQUIRE(client.ok());
    std::atomic<size_t> next = 0;
    std::vector<std::future<void>> threads;
    for (int i = 0; i < kRunsAtOnce; ++i) {
      threads.push_back(std::async(std::launch::async, [&] {
        for (size_t mine = next++; mine < plays_.size(); mine = next++) {
          Play& play = plays_[mine];
          play.in_memory = results_of(*play.topology->plan, play.test, in_memory);
          play.on_kafka = results_of(*play.topology->plan, play.test, on_kafka,
                                     std::make_unique<KafkaRunLog>(**client, play.name), &play.deaths);
        }
      }));
    }
    for (auto& thread : threads) thread.get();
    return plays_;
  }

  uint64_t deaths() const {
    uint64_t sum = 0;
    for (const Play& play : plays_) sum += play.deaths;
    return sum;
  }

 private:
  std::vector<std::vector<Case>> cases_;
  std::vector<Play> plays_;
};

bool any(const Case&, const InlineTest&) { return true; }

/// Both came to an end.
bool worked(const Play& play) {
  for (const auto* result : {&play.in_memory, &play.on_kafka}) {
    if ((*result)->ok()) continue;
    UNSCOPED_INFO(play.topology->file << ": " << play.test.name.text);
    FAIL_CHECK((*result)->error().message);
    return false;
  }
  return true;
}

/// All of it as text, which a failure can show.
std::string shown(const Seen& seen) {
  std::string text;
  for (const auto& [topic, records] : seen) {
    for (const SeenRecord& record : records) {
      text += topic + " at " + std::to_string(record.timestamp.micros()) + ": " +
              record.key.value_or("no key") + " = " + record.value.value_or("no value");
      for (const OwnedHeader& header : record.headers)
        text += "; " + header.name + ": " + header.value.value_or("nothing");
      text += "\n";
    }
  }
  return text;
}

std::string shown(const std::map<std::string, std::multiset<std::string>>& rows) {
  std::string text;
  for (const auto& [topic, of_topic] : rows) {
    for (const std::string& row : of_topic) text += topic + ": " + row + "\n";
  }
  return text;
}

/// Inputs of one task are merged as they arrive. What a transaction wrote to several repartition topics is
/// there at once in memory, but on Kafka each partition's marker takes its own time.
bool order_is_given(const Plan& plan) {
  return std::ranges::none_of(plan.sub_topologies, [](const SubTopology& sub) {
    auto is_repartitioned = [](const InputPlan& input) { return input.repartition != nullptr; };
    return sub.inputs.size() > 1 && std::ranges::any_of(sub.inputs, is_repartitioned);
  });
}

void check_same_rows(const Play& play) {
  const Plan& plan = *play.topology->plan;
  CHECK(shown(what_remains(plan, **play.on_kafka)) == shown(what_remains(plan, **play.in_memory)));
}

/// Byte for byte where Kafka has no say in the order.
void check_same(const std::vector<Play>& plays) {
  REQUIRE(plays.size() >= 20);
  for (const Play& play : plays) {
    if (!worked(play)) continue;
    INFO(play.topology->file << ": " << play.test.name.text);
    if (order_is_given(*play.topology->plan)) {
      CHECK(shown(**play.on_kafka) == shown(**play.in_memory));
    } else {
      check_same_rows(play);
    }
  }
}

/// Amid the rows that are sent.
void insert_restart(InlineTest& test) {
  auto rows = std::ranges::count_if(
      test.send, [](const TestAction& action) { return std::holds_alternative<SendRow>(action); });
  auto at = std::ranges::find_if(test.send, [left = rows / 2](const TestAction& action) mutable {
    return std::holds_alternative<SendRow>(action) && left-- == 0;
  });
  test.send.insert(at, RestartTask{});
}

TEST_CASE("golden cases on Kafka: the same results as in memory, byte for byte", "[broker]") {
  check_same(Plays(any).run({}));
}

TEST_CASE("golden cases on Kafka: one row at a time, committed at every turn", "[broker]") {
  check_same(Plays(any).run({.fetch_records = 1, .commits = VirtualCommits::kEveryTurn}));
}

TEST_CASE("golden cases on Kafka: restarted amid what is sent", "[broker]") {
  check_same(Plays(any, insert_restart).run({.fetch_records = 2}));
}

TEST_CASE("golden cases on Kafka: killed at random with open transactions", "[broker]") {
  auto applies = [](const Case&, const InlineTest& test) { return !waits_for_the_clock(test); };
  Plays plays(applies);
  check_same(plays.run({}, {.fetch_records = 1,
                            .commits = VirtualCommits::kAtRandom,
                            .kills_at_random = true,
                            .produces_at_once = true,
                            .seed = 1}));
  CHECK(plays.deaths() > 10);
}

TEST_CASE(
    "golden cases on Kafka: three partitions and two workers give the same rows, and tables that end the "
    "same",
    "[broker]") {
  auto applies = [](const Case& topology, const InlineTest&) { return !topology.one_partition; };
  Plays plays(applies);
  for (const Play& play : plays.run({.partitions = 3, .workers = 2})) {
    if (!worked(play)) continue;
    INFO(play.topology->file << ": " << play.test.name.text);
    check_same_rows(play);
  }
}

}  // namespace
}  // namespace pactolus

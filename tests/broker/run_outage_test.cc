#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <set>
#include <thread>
#include <type_traits>

#include "broker/operator.h"
#include "kafka/kafka_broker.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using SteadyClock = std::chrono::steady_clock;

int count_of(const std::string& log, const std::string& text) {
  int count = 0;
  for (size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
  return count;
}

using ExactlyOnce = std::multiset<std::string>;
using AtLeastOnce = std::set<std::string>;  // forgets repetitions

constexpr const char* kExactlyOnce = "commit_interval: 20ms\n";
constexpr const char* kAtLeastOnce = "commit_interval: 20ms\ndelivery: at_least_once\n";

template <class Values>
Values values_of(const std::vector<OwnedRecord>& records) {
  Values values;
  for (const OwnedRecord& record : records) values.insert(*record.value);
  return values;
}

/// Every payment came out, and every card's totals count its payments without a gap or a repetition.
template <class Values = ExactlyOnce>
void check_exact(Operator& setup, int payments) {
  auto as_many = [&](const auto& records) {
    return values_of<Values>(records).size() >= static_cast<size_t>(payments);
  };
  const auto valid = values_of<Values>(setup.read_until(setup.topic("valid"), as_many));
  const auto totals = values_of<Values>(setup.read_until(setup.topic("totals"), as_many));
  Values expected_valid;
  Values expected_totals;
  for (int id = 0; id < payments; ++id) {
    std::string card = R"("card":"card-)" + std::to_string(id % 10) + '"';
    std::string count = std::to_string(id / 10 + 1);
    expected_valid.insert(R"({"id":)" + std::to_string(id) + "," + card + R"(,"amount":1.00})");
    expected_totals.insert("{" + card + R"(,"payments":)" + count + R"(,"total":)" + count + ".00}");
  }
  CHECK(valid == expected_valid);
  CHECK(totals == expected_totals);
}

TEST_CASE("run: Kafka dies and comes back: it says so once each, and loses and doubles nothing", "[broker]") {
  KafkaBroker broker;
  Operator setup(broker.bootstrap());
  setup.create_topics(2);
  setup.pay(0, 1000);
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"), [](const auto& records) { return !records.empty(); });
  for (int outage = 1; outage <= 2; ++outage) {
    INFO("outage " << outage);
    setup.pay(1000 * outage, 1000);
    broker.kill();  // most likely amid a transaction
    if (!daemon->wrote_to_err("waiting for Kafka", outage)) {
      daemon->send_signal(SIGTERM);
      FAIL(daemon->wait().err);
    }
    std::this_thread::sleep_for(5s);  // long enough to complain many times
    broker.start();
    REQUIRE(daemon->wrote_to_err("Kafka is reachable again", outage));
  }
  setup.pay(3000, 1000);
  check_exact(setup, 4000);
  daemon->send_signal(SIGTERM);
  ProgramResult result = daemon->wait();
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(count_of(result.err, "waiting for Kafka") == 2);
  CHECK(count_of(result.err, "Kafka is reachable again") == 2);
  CHECK(count_of(result.err, "\n") < 100);
  check_exact(setup, 4000);
}

/// How long it takes to end after SIGTERM; it must do so in good order.
void check_stops_in_time(Program& daemon) {
  const auto began = SteadyClock::now();
  daemon.send_signal(SIGTERM);
  ProgramResult result = daemon.wait();
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(SteadyClock::now() - began < 25s);
}

/// Kafka goes away by `vanish` amid the work, and comes back by `come_back` when the daemon has ended.
template <class Values = ExactlyOnce, class Vanish, class ComeBack>
void stop_amid_work(Vanish vanish, ComeBack come_back) {
  KafkaBroker broker;
  constexpr bool kRepeats = std::is_same_v<Values, AtLeastOnce>;
  Operator setup(broker.bootstrap(), "", "", kRepeats ? kAtLeastOnce : kExactlyOnce);
  setup.create_topics(2);
  auto daemon = setup.start();
  setup.pay(0, 1000);
  setup.read_until(setup.topic("totals"), [](const auto& records) { return !records.empty(); });
  setup.pay(1000, 20'000);
  vanish(broker);
  std::this_thread::sleep_for(1s);  // that calls have been made in vain
  check_stops_in_time(*daemon);
  come_back(broker);
  daemon = setup.start();
  check_exact<Values>(setup, 21'000);
}

TEST_CASE("run: SIGTERM while Kafka is dead ends it in time, and the next start loses and doubles nothing",
          "[broker]") {
  stop_amid_work([](KafkaBroker& broker) { broker.kill(); }, [](KafkaBroker& broker) { broker.start(); });
}

TEST_CASE("run: SIGTERM while Kafka does not answer ends it in time, and nothing is lost or doubled",
          "[broker]") {
  stop_amid_work([](KafkaBroker& broker) { broker.freeze(); }, [](KafkaBroker& broker) { broker.thaw(); });
}

TEST_CASE("run: at least once, SIGTERM while Kafka does not answer ends it in time, and nothing is lost",
          "[broker]") {
  stop_amid_work<AtLeastOnce>([](KafkaBroker& broker) { broker.freeze(); },
                              [](KafkaBroker& broker) { broker.thaw(); });
}

TEST_CASE("run: at least once, Kafka dies and comes back: nothing is lost, and no total counts twice",
          "[broker]") {
  KafkaBroker broker;
  Operator setup(broker.bootstrap(), "", "", kAtLeastOnce);
  setup.create_topics(2);
  setup.pay(0, 1000);
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"), [](const auto& records) { return !records.empty(); });
  setup.pay(1000, 1000);
  broker.kill();
  std::this_thread::sleep_for(2s);
  broker.start();
  setup.pay(2000, 1000);
  check_exact<AtLeastOnce>(setup, 3000);
  check_stops_in_time(*daemon);
  check_exact<AtLeastOnce>(setup, 3000);
}

}  // namespace
}  // namespace pactolus::testing

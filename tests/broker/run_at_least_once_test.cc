#include <catch2/catch.hpp>
#include <csignal>
#include <set>

#include "broker/operator.h"
#include "kafka/kafka_broker.h"

namespace pactolus::testing {
namespace {

/// The longest interval: what is seen soon was not committed first.
constexpr const char* kSettings = "delivery: at_least_once\ncommit_interval: 5s\n";

std::string total_of(int card, int payments) {
  return R"({"card":"card-)" + std::to_string(card) + R"(","payments":)" + std::to_string(payments) +
         R"(,"total":)" + std::to_string(payments) + ".00}";
}

/// Every change of the totals that `payments` payments make.
std::set<std::string> expected_totals(int payments) {
  std::set<std::string> all;
  for (int id = 0; id < payments; ++id) all.insert(total_of(id % 10, id / 10 + 1));
  return all;
}

std::set<std::string> distinct(const std::vector<OwnedRecord>& records) {
  std::set<std::string> values;
  for (const OwnedRecord& record : records) values.insert(record.value.value_or("(tombstone)"));
  return values;
}

}  // namespace

TEST_CASE(
    "run: at least once, results are seen before their transaction is committed, and come again after kill "
    "-9",
    "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap(), "", "", kSettings);
  setup.create_topics();
  auto daemon = setup.start();
  if (!daemon->wrote_to_err("results at least once")) {
    daemon->send_signal(SIGTERM);
    FAIL(daemon->wait().err);
  }
  int paid = 10;
  setup.pay(0, paid);
  REQUIRE_FALSE(
      setup.read_until(setup.changelog(), [](const auto& records) { return !records.empty(); }).empty());

  // Right after a commit the next one is far; on a machine that is too slow for that, after another one.
  bool seen_before = false;
  for (int tries = 0; !seen_before && tries < 5; ++tries) {
    const size_t committed = setup.read(setup.changelog()).size();
    setup.pay(paid, 10);
    paid += 10;
    const auto complete = [&](const auto& records) { return distinct(records) == expected_totals(paid); };
    REQUIRE(complete(setup.read_until(setup.topic("totals"), complete)));
    daemon->send_signal(SIGKILL);
    CHECK(daemon->wait().status == 128 + SIGKILL);
    seen_before = setup.read(setup.changelog()).size() == committed;
    daemon = setup.start();
  }
  REQUIRE(seen_before);

  setup.pay(paid, 10);
  paid += 10;
  const auto complete = [&](const auto& records) { return distinct(records) == expected_totals(paid); };
  setup.read_until(setup.topic("totals"), complete);
  daemon->send_signal(SIGTERM);
  const ProgramResult ended = daemon->wait();
  INFO(ended.err);
  CHECK(ended.status == 0);
  const auto totals = setup.read(setup.topic("totals"));
  CHECK(distinct(totals) == expected_totals(paid));  // none is missing, and nothing was counted twice
  CHECK(totals.size() > expected_totals(paid).size());
  CHECK(distinct(setup.read(setup.topic("valid"))).size() == static_cast<size_t>(paid));
  const std::string state = setup.state("per_card").out;
  INFO(state);
  for (int card = 0; card < 10; ++card) {
    const size_t at = state.find("\"card\":\"card-" + std::to_string(card) + "\"");
    REQUIRE(at != std::string::npos);
    CHECK_THAT(state.substr(at, state.find('\n', at) - at),
               Catch::EndsWith("\"sum(amount)\":" + std::to_string(paid / 10) + ".00}"));
  }
}

}  // namespace pactolus::testing

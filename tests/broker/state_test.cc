#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "broker/operator.h"
#include "kafka/kafka_broker.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;

/// The daemon has processed that many payments, committed, and stopped.
std::string run_until(Operator& setup, int payments) {
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"),
                   [&](const auto& records) { return records.size() == static_cast<size_t>(payments); });
  daemon->send_signal(SIGTERM);
  ProgramResult result = daemon->wait();
  CHECK(result.status == 0);
  return result.err;
}

/// As kill -9 amid it.
std::string killed_after(Operator& setup, int payments) {
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"),
                   [&](const auto& records) { return records.size() == static_cast<size_t>(payments); });
  daemon->send_signal(SIGKILL);
  return daemon->wait().err;
}

/// What the state must be after so many payments, as `pactolus state` prints it (one task).
std::string expected_state(Operator& setup, int payments) {
  std::string lines;
  for (int card = 0; card < 10; ++card) {
    const std::string count = std::to_string(payments / 10);
    lines += "{\"task\":\"" + setup.topic("payments") + "-0\",\"card\":\"card-" + std::to_string(card) +
             "\",\"count(distinct id)\":" + count + ",\"sum(amount)\":" + count + ".00}\n";
  }
  return lines;
}

TEST_CASE("state: a step's groups are printed from the changelog, in order, with what they have come to",
          "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  CHECK(setup.state("per_card").out.empty());  // nothing ran yet
  setup.pay(0, 200);
  run_until(setup, 200);
  ProgramResult state = setup.state("per_card");
  CHECK(state.status == 0);
  CHECK(state.err.empty());
  CHECK(state.out == expected_state(setup, 200));
  CHECK_THAT(setup.state("per_crad").err, Contains("has no step `per_crad`; did you mean `per_card`?"));
  CHECK(setup.state("valid").out.empty());  // a filter remembers nothing
}

TEST_CASE("state: every task has the whole of a global table, however many partitions that has", "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.set_topology(R"yaml(topology: NAME
sources:
  payments: {topic: NAME.payments, key: card, fields: {id: bigint, card: text}}
  limits: {topic: NAME.limits, primary_key: kind, global: true, fields: {kind: bigint, most: bigint}}
steps:
  kinds: {from: payments, project: {add: {kind: id % 10}}}
  limited: {from: kinds, join: {table: limits, kind: left, match: kinds.kind = limits.kind, add: {most: most}}}
sinks:
  totals: {from: limited, topic: NAME.totals, key: card}
)yaml");
  setup.create_topics(3);
  setup.create_topic(setup.topic("limits"), 2);
  const auto set_limits = [&](int most) {
    std::vector<std::pair<std::string, std::string>> records;
    for (int kind = 0; kind < 10; ++kind) {
      const std::string key = std::to_string(kind);
      records.emplace_back(key, R"({"kind":)" + key + R"(,"most":)" + std::to_string(most) + "}");
    }
    setup.send(setup.topic("limits"), records);
  };
  const auto with_limit = [&](int most) {
    const std::string end = R"("most":)" + std::to_string(most) + "}";
    return std::ranges::count_if(setup.read(setup.topic("totals")),
                                 [&](const OwnedRecord& record) { return record.value->ends_with(end); });
  };
  set_limits(1);
  setup.pay(0, 100);
  killed_after(setup, 100);
  CHECK(with_limit(1) == 100);
  set_limits(2);
  setup.pay(100, 50);
  const std::string log = run_until(setup, 150);
  CHECK(with_limit(2) == 50);
  for (int task = 0; task < 3; ++task) {
    CHECK_THAT(log, Contains("task " + setup.topic("payments") + "-" + std::to_string(task) +
                             " is up: 10 state rows"));
  }
  CHECK_THAT(setup.why("limited").out, Contains(setup.topic("payments") + "-2"));
}

TEST_CASE("why: how far each input is, and what a step waits for, as committed", "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  CHECK(setup.why("per_card").out == "no task has run yet\n");
  setup.pay(0, 50);
  run_until(setup, 50);
  setup.pay(50, 1);
  const ProgramResult why = setup.why("per_card");
  CHECK(why.err.empty());
  CHECK(why.status == 0);
  CHECK_THAT(why.out, Contains("task " + setup.topic("payments") + "-0\n  watermark "));
  CHECK_THAT(why.out,
             Contains("\n  step per_card                   nothing of it waits for the watermark\n"));
  CHECK_THAT(why.out, Contains(" there and not read yet\n"));
  CHECK_THAT(setup.why("per_crad").err, Contains("did you mean `per_card`?"));
}

TEST_CASE("state: the values that a DISTINCT has seen are printed when they are asked for", "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  setup.pay(0, 20);
  run_until(setup, 20);
  std::string expected;
  for (int card = 0; card < 10; ++card) {
    for (int id : {card, card + 10}) {
      expected += "{\"task\":\"" + setup.topic("payments") + "-0\",\"card\":\"card-" + std::to_string(card) +
                  "\",\"count(distinct id)\":" + std::to_string(id) + "}\n";
    }
  }
  CHECK(setup.state("per_card", {"--distinct", "count(DISTINCT id)"}).out == expected);
  ProgramResult unknown = setup.state("per_card", {"--distinct", "count(DISTINCT ids)"});
  CHECK(unknown.status == 1);
  CHECK_THAT(unknown.err, Contains("step `per_card` keeps no values for `count(DISTINCT ids)`; did you mean "
                                   "`count(distinct id)`?"));
}

TEST_CASE("state: a clean stop leaves a checkpoint, from which the next start goes on", "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  setup.pay(0, 100);
  run_until(setup, 100);
  setup.pay(100, 100);
  std::string log = run_until(setup, 200);
  CHECK_THAT(log, Contains("110 state rows, most from this machine's disk"));
  CHECK(setup.state("per_card").out == expected_state(setup, 200));
}

TEST_CASE("state: lost, older, another task's or damaged files change nothing but the time to start",
          "[broker]") {
  namespace fs = std::filesystem;
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  int paid = 0;
  auto pay_more = [&] {
    setup.pay(paid, 100);
    paid += 100;
  };
  const fs::path folder = fs::path(setup.state_folder()) / setup.name();
  const fs::path task = folder / (setup.topic("payments") + "-0");
  const fs::path copy = folder / "copy";

  pay_more();
  run_until(setup, paid);
  REQUIRE(fs::exists(task / "CURRENT"));
  fs::copy(task, copy, fs::copy_options::recursive);

  SECTION("lost") {
    fs::remove_all(task);
    pay_more();
    CHECK_THAT(run_until(setup, paid), !Contains("from this machine's disk"));
  }
  SECTION("an older copy") {
    pay_more();
    run_until(setup, paid);
    fs::remove_all(task);
    fs::rename(copy, task);
    pay_more();
    CHECK_THAT(run_until(setup, paid), Contains("from this machine's disk"));
  }
  SECTION("killed: its last checkpoint is older than Kafka") {
    pay_more();
    killed_after(setup, paid);
    pay_more();
    run_until(setup, paid);
  }
  SECTION("of another topology's task") {
    Operator other(KafkaBroker::shared_bootstrap());
    other.create_topics(1);
    other.pay(0, 500);
    run_until(other, 500);
    fs::remove_all(task);
    fs::rename(fs::path(other.state_folder()) / other.name() / (other.topic("payments") + "-0"), task);
    pay_more();
    CHECK_THAT(run_until(setup, paid), Contains("is of no use (it is of task " + other.topic("payments")));
  }
  SECTION("damaged") {
    for (const auto& entry : fs::directory_iterator(task)) {
      bool is_table = entry.path().extension() == ".sst" && entry.file_size() > 100;
      if (is_table) fs::resize_file(entry.path(), entry.file_size() / 2);
    }
    pay_more();
    CHECK_THAT(run_until(setup, paid), Contains("restored from Kafka"));
  }
  CHECK(setup.state("per_card").out == expected_state(setup, paid));
}

TEST_CASE("state: a second process over the same folder refuses to start", "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap());
  setup.create_topics(1);
  auto first = setup.start();
  REQUIRE(first->wrote_to_err("is up"));
  ProgramResult second = setup.run();
  CHECK(second.status == 78);
  CHECK_THAT(second.err, Contains("another process uses the state folder"));
  first->send_signal(SIGTERM);
  CHECK(first->wait().status == 0);
}

}  // namespace
}  // namespace pactolus::testing

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "broker/operator.h"
#include "kafka/acl.h"
#include "kafka/kafka_broker.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;

constexpr int kConfiguration = 78;

/// A cluster of the shared broker's.
struct Setup : Operator {
  Setup() : Operator(KafkaBroker::shared_bootstrap()) {}
};

int lines_of_level(const std::string& log, const std::string& level) {
  int count = 0;
  for (size_t at = log.find(level); at != std::string::npos; at = log.find(level, at + 1)) ++count;
  return count;
}

/// It ended before it ran, with one sentence for each thing that is wrong.
void check_refused(const ProgramResult& result, const std::vector<std::string>& sentences) {
  INFO(result.err);
  CHECK(result.status == kConfiguration);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, !Contains("running with"));
  for (const std::string& sentence : sentences) CHECK_THAT(result.err, Contains(sentence));
  CHECK(lines_of_level(result.err, " error ") == static_cast<int>(sentences.size()));
}

TEST_CASE("run: topics that are missing are all named, with what to do", "[broker]") {
  Setup setup;
  setup.create_topic(setup.topic("totals"));
  std::string missing = ": topic does not exist: ";
  check_refused(setup.run(),
                {setup.name() + ": source `payments`" + missing + setup.topic("payments") +
                     "; create it, with as many partitions as there are to be tasks",
                 setup.name() + ": sink `valid`" + missing + setup.topic("valid") + "; create it"});
}

TEST_CASE("run: all that is wrong with an internal topic is said at once, with the ways out", "[broker]") {
  Setup setup;
  setup.create_topics(2);
  setup.create_topic(setup.changelog(), 3, {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}});
  std::string changelog = setup.name() + ": topic " + setup.changelog();
  ProgramResult result = setup.run();
  check_refused(
      result, {changelog + " has 3 partitions, but must have 2, as many as topic " + setup.topic("payments"),
               changelog + " has cleanup.policy=compact, but must have cleanup.policy=delete"});
  CHECK_THAT(result.err, Contains("Way out: set it back"));
}

TEST_CASE("run: an input that grew after the first run is refused, and told the way out", "[broker]") {
  Setup setup;
  setup.create_topics(2);
  auto first = setup.start();
  REQUIRE(first->wrote_to_err("running with"));
  first->send_signal(SIGTERM);
  const ProgramResult ended = first->wait();
  INFO(ended.err);
  CHECK(ended.status == 0);
  setup.grow_topic(setup.topic("payments"), 4);
  ProgramResult result = setup.run();
  check_refused(result, {setup.name() + ": topic " + setup.changelog() +
                         " has 2 partitions, but must have 4, as many as topic " + setup.topic("payments")});
  CHECK_THAT(result.err, Contains("Way out: give the topology another name"));
}

TEST_CASE("run: an input that grows under a running topology stops it, and it says why", "[broker]") {
  Setup setup;
  setup.create_topics(2);
  setup.pay(0, 10);
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"), [](const auto& records) { return records.size() == 10; });
  setup.grow_topic(setup.topic("payments"), 4);
  ProgramResult result = daemon->wait();
  INFO(result.err);
  CHECK(result.status == 1);  // it had committed something
  CHECK_THAT(result.err, Contains("topic " + setup.topic("payments") + " had 2 partitions and has grown"));
  CHECK(lines_of_level(result.err, " error ") == 1);
}

TEST_CASE("run: a record in another partition than its key says stops the topology, and it says why",
          "[broker]") {
  Setup setup;
  setup.create_topics(2);
  setup.pay(0, 10);
  auto daemon = setup.start();
  setup.read_until(setup.topic("totals"), [](const auto& records) { return records.size() == 10; });
  setup.pay(10, 1, 1);
  ProgramResult result = daemon->wait();
  INFO(result.err);
  CHECK(result.status == 1);  // it had committed something
  CHECK_THAT(result.err, Contains("topic " + setup.topic("payments") + ", partition "));
  CHECK_THAT(result.err, Contains("by murmur2 of its `card` the record belongs to partition "));
  CHECK(lines_of_level(result.err, " error ") == 1);
  CHECK(setup.read(setup.topic("totals")).size() == 10);
}

TEST_CASE("run: a topic that may not be described is named with the right, before anything runs",
          "[broker]") {
  Setup setup;
  setup.create_topics();
  lock_out(KafkaBroker::shared_bootstrap(), AclResource::kTopic, setup.topic("payments"));
  check_refused(setup.run(), {setup.name() + ": cannot describe topic " + setup.topic("payments") +
                              ": missing right: DESCRIBE on topic " + setup.topic("payments")});
}

/// It came as far as the cluster let it; nothing was committed.
void check_right_is_named(Setup& setup, const std::string& right) {
  ProgramResult result = setup.run();
  INFO(result.err);
  CHECK(result.status == kConfiguration);
  CHECK_THAT(result.err, Contains("missing right: " + right));
  CHECK(lines_of_level(result.err, " error ") == 1);
  CHECK(setup.read(setup.topic("totals")).empty());
}

TEST_CASE("run: a source that may not be read is a configuration's fault", "[broker]") {
  Setup setup;
  setup.create_topics();
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kTopic, setup.topic("payments"),
             AclRight::kDescribe);
  check_right_is_named(setup, "READ on topic " + setup.topic("payments"));
}

TEST_CASE("run: a sink that may not be written to is a configuration's fault", "[broker]") {
  Setup setup;
  setup.create_topics();
  setup.pay(0, 10);
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kTopic, setup.topic("valid"), AclRight::kRead);
  check_right_is_named(setup, "WRITE on topic " + setup.topic("valid"));
}

TEST_CASE(
    "run: results that go past the transaction need the same right, and nothing is committed without it",
    "[broker]") {
  Operator setup(KafkaBroker::shared_bootstrap(), "", "", "delivery: at_least_once\n");
  setup.create_topics();
  setup.pay(0, 10);
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kTopic, setup.topic("valid"), AclRight::kRead);
  ProgramResult result = setup.run();
  INFO(result.err);
  CHECK(result.status == kConfiguration);
  CHECK_THAT(result.err, Contains("missing right: WRITE on topic " + setup.topic("valid")));
  CHECK(lines_of_level(result.err, " error ") == 1);
  CHECK(setup.read(setup.changelog()).empty());
}

TEST_CASE("run: a group that may not be joined is a configuration's fault", "[broker]") {
  Setup setup;
  setup.create_topics();
  allow_only(KafkaBroker::shared_bootstrap(), AclResource::kGroup, setup.name(), AclRight::kDescribe);
  check_right_is_named(setup, "READ on group " + setup.name());
}

}  // namespace
}  // namespace pactolus::testing

#include "config/daemon_settings.h"

#include <catch2/catch.hpp>

#include "read.h"

namespace pactolus {
namespace {

using namespace std::chrono_literals;

std::optional<std::string> lookup(const std::string& name) {
  return name == "PASSWORD" ? std::optional<std::string>("hunter2") : std::nullopt;
}

struct Outcome {
  explicit Outcome(const std::string& yaml) : text(yaml), read(yaml) {
    settings = read_daemon_settings(read.document.value(), lookup, "host-1", read.diagnostics);
  }
  std::string rendered() const {
    std::string result;
    for (const Diagnostic& d : read.diagnostics.sorted()) result += render(d, text);
    return result;
  }

  std::string text;
  Read read;
  std::optional<DaemonSettings> settings;
};

const std::string kKafka = "kafka: {bootstrap.servers: 'a:1'}\n";

TEST_CASE("daemon settings: the file that is delivered holds") {
  Diagnostics diagnostics;
  auto document = Document::load("config/pactolus.yaml", diagnostics);
  REQUIRE(document);
  auto settings = read_daemon_settings(*document, lookup, "host-1", diagnostics);
  REQUIRE(diagnostics.size() == 0);
  REQUIRE(settings);
  REQUIRE(settings->kafka.size() == 1);
  CHECK(settings->kafka[0].name.text == "bootstrap.servers");
  CHECK(settings->kafka[0].reveal() == "localhost:9092");
  CHECK(settings->workers == 2);
}

TEST_CASE("daemon settings: what is left out has its default") {
  Outcome outcome(kKafka);
  REQUIRE(outcome.rendered().empty());
  const DaemonSettings& s = *outcome.settings;
  CHECK(s.delivery == Delivery::kExactlyOnce);
  CHECK(s.commit_interval == Duration{100ms});
  CHECK(s.workers == 1);
  CHECK(s.instance == "host-1");
  CHECK(s.state.folder == "state");
  CHECK(s.state.memory_bytes == 1 << 30);
  CHECK(s.internal_topics.replication == 3);
  CHECK(s.internal_topics.prefix.empty());
  CHECK(s.dead_letters.topic_of("card-fraud") == "card-fraud-dead-letters");
  CHECK(s.http.host == "127.0.0.1");
  CHECK(s.http.port == 8085);
  CHECK(s.log.level == "info");
  CHECK(s.log.format == LogFormat::kText);
}

TEST_CASE("daemon settings: every setting is read") {
  Outcome outcome(R"(
kafka:
  security.protocol: sasl_ssl
  bootstrap.servers: a:1,b:2
  sasl.password: !secret env:PASSWORD
commit_interval: 20ms
workers: 4
instance: pactolus-0
state: {folder: /var/lib/pactolus, memory: 64MiB}
internal_topics: {replication: 1, prefix: "pay."}
dead_letters: {topic: "dead.{topology}"}
http: {listen: "[::1]:80"}
log: {level: debug, format: json}
)");
  REQUIRE(outcome.rendered().empty());
  const DaemonSettings& s = *outcome.settings;
  std::vector<std::string> names;
  for (const Setting& setting : s.kafka) names.push_back(setting.name.text);
  CHECK(names == std::vector<std::string>{"security.protocol", "bootstrap.servers", "sasl.password"});
  CHECK_FALSE(s.kafka[0].is_secret());
  CHECK(s.kafka[2].is_secret());
  CHECK(s.kafka[2].reveal() == "hunter2");
  CHECK(s.commit_interval == Duration{20ms});
  CHECK(s.workers == 4);
  CHECK(s.instance == "pactolus-0");
  CHECK(s.state.folder == "/var/lib/pactolus");
  CHECK(s.state.memory_bytes == 64 << 20);
  CHECK(s.internal_topics.replication == 1);
  CHECK(s.internal_topics.prefix == "pay.");
  CHECK(s.dead_letters.topic_of("t") == "dead.t");
  CHECK(s.http.host == "::1");
  CHECK(s.http.port == 80);
  CHECK(s.log.level == "debug");
  CHECK(s.log.format == LogFormat::kJson);
}

TEST_CASE("daemon settings: what Pactolus must own is refused by name, with the reason") {
  Outcome outcome(
      "kafka:\n  bootstrap.servers: a:1\n  group.id: mine\n  Isolation.Level: read_uncommitted\n  "
      "enable.auto.commit: true\n"
      "  transactional.id: x\n  partition.assignment.strategy: roundrobin\n");
  CHECK(outcome.read.codes() == Codes(5, "owned-setting"));
  CHECK_FALSE(outcome.settings);
  CHECK(render(outcome.read.diagnostics.sorted()[0], outcome.text) ==
        "test.yaml:3:3: error[owned-setting]: Pactolus sets `group.id` itself: the group is named after the "
        "topology\n"
        " 3 |   group.id: mine\n"
        "   |   ^^^^^^^^\n"
        "   = hint: delete this line\n");
}

TEST_CASE(
    "daemon settings: a password in the file is warned of without being printed, and kept as a secret") {
  Outcome outcome(
      "kafka:\n  bootstrap.servers: a:1\n  sasl.password: swordfish\n  ssl.key.password: ${PASSWORD}\n");
  CHECK(outcome.rendered() ==
        "test.yaml: warning[plain-secret]: `sasl.password` in line 3 is readable in the file\n"
        "   = hint: keep it elsewhere: `!secret file:PATH` or `!secret env:NAME`\n");
  REQUIRE(outcome.settings);
  CHECK(outcome.settings->kafka[1].is_secret());
  CHECK(outcome.settings->kafka[2].is_secret());
  CHECK(outcome.settings->kafka[2].reveal() == "hunter2");
}

TEST_CASE(
    "daemon settings: both kinds of delivery can be asked for, and one that is not known is not guessed") {
  Outcome exactly_once(kKafka + "delivery: exactly_once\n");
  REQUIRE(exactly_once.settings);
  CHECK(exactly_once.settings->delivery == Delivery::kExactlyOnce);
  Outcome at_least_once(kKafka + "delivery: at_least_once\n");
  CHECK(at_least_once.rendered().empty());
  REQUIRE(at_least_once.settings);
  CHECK(at_least_once.settings->delivery == Delivery::kAtLeastOnce);
  Outcome mistyped(kKafka + "delivery: at_least_onse\n");
  CHECK_FALSE(mistyped.settings);
  CHECK_THAT(mistyped.rendered(), Catch::Contains("did you mean `at_least_once`"));
}

TEST_CASE("daemon settings: each wrong setting is found") {
  struct {
    std::string yaml, code;
  } cases[] = {
      {"workers: 2\n", "missing-key"},
      {"kafka: {}\n", "missing-key"},
      {"kafka: {client.rack: a}\n", "missing-key"},
      {"kafka: a:1\n", "wrong-kind"},
      {kKafka + "delivery: exactly-once\n", "bad-value"},
      {kKafka + "commit_interval: 0s\n", "out-of-range"},
      {kKafka + "commit_interval: 6s\n", "out-of-range"},
      {kKafka + "workers: 0\n", "out-of-range"},
      {kKafka + "instance: ''\n", "bad-value"},
      {kKafka + "instance: a b\n", "bad-value"},
      {kKafka + "state: {folder: ''}\n", "bad-value"},
      {kKafka + "state: {memory: 1MiB}\n", "out-of-range"},
      {kKafka + "internal_topics: {replication: 0}\n", "out-of-range"},
      {kKafka + "internal_topics: {prefix: a/b}\n", "bad-value"},
      {kKafka + "dead_letters: {topic: '{name}-x'}\n", "bad-value"},
      {kKafka + "dead_letters: {topic: ''}\n", "bad-value"},
      {kKafka + "http: {listen: 8085}\n", "bad-value"},
      {kKafka + "http: {listen: 'a:99999'}\n", "bad-value"},
      {kKafka + "http: {listen: '::1:80'}\n", "bad-value"},
      {kKafka + "log: {level: verbose}\n", "bad-value"},
      {kKafka + "logs: {level: info}\n", "unknown-key"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.yaml);
    Outcome outcome(c.yaml);
    CHECK(outcome.read.codes() == Codes{c.code});
    CHECK_FALSE(outcome.settings);
  }
}

TEST_CASE("daemon settings: every field is described") {
  auto check = [](auto self, std::span<const FieldSpec> fields) -> void {
    for (const FieldSpec& field : fields) {
      CAPTURE(field.name);
      CHECK_FALSE(field.summary.empty());
      self(self, field.fields);
    }
  };
  check(check, daemon_settings_fields());
}

TEST_CASE("daemon settings: this host's name can stand in a client's id") {
  std::string name = host_name();
  CHECK_FALSE(name.empty());
  CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
        std::string::npos);
}

}  // namespace
}  // namespace pactolus

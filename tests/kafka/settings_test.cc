#include <catch2/catch.hpp>

#include "kafka/kafka_client.h"
#include "kafka/properties.h"

namespace pactolus {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::vector<KafkaSettingProblem> check(Pairs pairs) {
  pairs.insert(pairs.begin(), {"bootstrap.servers", "localhost:1"});
  KafkaSettings settings;
  settings.librdkafka = std::move(pairs);
  return check_kafka_settings(settings);
}

std::string only_problem(const Pairs& pairs) {
  const auto problems = check(pairs);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].property == pairs.back().first);
  return problems[0].message;
}

}  // namespace

TEST_CASE("settings: what a user may set is taken, for readers and producers alike") {
  CHECK(check({{"security.protocol", "sasl_ssl"},
               {"sasl.mechanisms", "SCRAM-SHA-512"},
               {"sasl.username", "u"},
               {"sasl.password", "p"},
               {"fetch.wait.max.ms", "10"},
               {"linger.ms", "1"},
               {"compression.type", "zstd"},
               {"debug", "broker"}})
            .empty());
}

TEST_CASE("settings: what Pactolus owns is refused by name, with the reason") {
  const std::string owned =
      GENERATE("group.id", "group.instance.id", "client.id", "isolation.level", "transactional.id",
               "transaction.timeout.ms", "partition.assignment.strategy", "enable.auto.commit",
               "enable.auto.offset.store", "enable.idempotence", "auto.offset.reset", "enable.partition.eof",
               "session.timeout.ms", "acks", "check.crcs", "socket.timeout.ms");
  const std::string message = only_problem({{owned, "x"}});
  CHECK_THAT(message, Catch::StartsWith("`" + owned + "` is set by Pactolus: "));
  CHECK(message.size() > owned.size() + 30);
}

TEST_CASE("settings: every owned property is one that librdkafka has") {
  for (const char* name :
       {"group.id", "enable.gapless.guarantee", "offset.store.method", "queuing.strategy"}) {
    CHECK(librdkafka_properties().contains(name));
    CHECK_FALSE(owned_property(name).empty());
  }
  CHECK(owned_property("linger.ms").empty());
  CHECK(librdkafka_properties().at("linger.ms") == PropertyScope::kProducer);
  CHECK(librdkafka_properties().at("fetch.wait.max.ms") == PropertyScope::kConsumer);
  CHECK(librdkafka_properties().at("sasl.password") == PropertyScope::kBoth);
  CHECK_FALSE(librdkafka_properties().contains("rebalance_cb"));
}

TEST_CASE("settings: an unknown property is named, with the nearest known one") {
  const std::string message = only_problem({{"sasl.usrname", "me"}});
  CHECK_THAT(message, Catch::Contains("`sasl.usrname`"));
  CHECK_THAT(message, Catch::Contains("did you mean `sasl.username`?"));
  CHECK_THAT(only_problem({{"rebalance_cb", "x"}}), Catch::Contains("no property `rebalance_cb`"));
}

TEST_CASE("settings: a bad value is told with what librdkafka says of it") {
  CHECK_THAT(only_problem({{"linger.ms", "soon"}}), Catch::Contains("linger.ms"));
  CHECK_THAT(only_problem({{"security.protocol", "tls"}}), Catch::Contains("security.protocol"));
}

TEST_CASE("settings: no message ever contains the value of a secret") {
  for (const char* secret : {"sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password",
                             "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config"}) {
    CHECK(is_secret_property(secret));
    for (const auto& problem : check({{secret, "hunter2"}, {secret, "hunter2"}})) {
      CHECK_THAT(problem.message, !Catch::Contains("hunter2"));
    }
  }
  // Misspelt, it is a secret all the same.
  CHECK_THAT(only_problem({{"sasl.pasword", "hunter2"}}), !Catch::Contains("hunter2"));
}

TEST_CASE("settings: all problems come at once, and making a client names them all") {
  KafkaSettings settings;
  settings.librdkafka = {{"group.id", "x"}, {"lingr.ms", "5"}};
  const auto problems = check_kafka_settings(settings);
  REQUIRE(problems.size() == 3);
  CHECK(problems[2].property == "bootstrap.servers");
  auto client = make_kafka_client(settings, make_silent_logger());
  REQUIRE_FALSE(client.ok());
  for (const auto& problem : problems) CHECK_THAT(client.error().message, Catch::Contains(problem.message));
}

TEST_CASE("settings: a property that is written twice is a mistake") {
  CHECK_THAT(only_problem({{"linger.ms", "5"}, {"linger.ms", "6"}}), Catch::Contains("twice"));
}

TEST_CASE("settings: OAUTHBEARER without a way to get tokens is refused") {
  CHECK_THAT(check({{"sasl.mechanisms", "OAUTHBEARER"}}).at(0).message, Catch::Contains("OIDC"));
  CHECK(
      check({{"sasl.mechanisms", "OAUTHBEARER"}, {"enable.sasl.oauthbearer.unsecure.jwt", "true"}}).empty());
}

}  // namespace pactolus

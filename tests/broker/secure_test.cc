#include <catch2/catch.hpp>
#include <csignal>

#include "broker/operator.h"
#include "kafka/kafka_broker.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;

std::string settings(const KafkaBroker& broker, const std::string& password) {
  return "  security.protocol: sasl_ssl\n  sasl.mechanism: PLAIN\n  sasl.username: pactolus\n  "
         "ssl.ca.location: " +
         broker.ca_file() + "\n  sasl.password: " + password + "\n";
}

TEST_CASE("secure: with TLS and SASL everything works as without, and a wrong password is named",
          "[broker]") {
  KafkaBroker broker({.secure = true});
  {
    Operator setup(broker.bootstrap(), settings(broker, "secret"), broker.secure_bootstrap());
    setup.create_topics(2);
    setup.pay(0, 500);
    auto daemon = setup.start();
    auto totals =
        setup.read_until(setup.topic("totals"), [](const auto& records) { return records.size() >= 500; });
    CHECK(totals.size() == 500);
    CHECK(setup.state("per_card").status == 0);
    daemon->send_signal(SIGTERM);
    CHECK(daemon->wait().status == 0);
  }
  Operator stranger(broker.bootstrap(), settings(broker, "guess"), broker.secure_bootstrap());
  stranger.create_topics(1);
  ProgramResult refused = stranger.run();
  CHECK(refused.status == 78);
  CHECK_THAT(refused.err, Contains("uthentication failed"));
  CHECK_THAT(refused.err, !Contains("guess"));
}

}  // namespace
}  // namespace pactolus::testing

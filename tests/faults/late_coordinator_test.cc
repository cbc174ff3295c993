#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "faults/proxied_kafka.h"
#include "kafka/test_client.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// librdkafka's own way to ask for a group's members ends the process here.
TEST_CASE("who is in a group isn't answered in time: the question is given up, and the next one is answered",
          "[broker][wire]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  auto client = client_of(kafka.proxied(), 1s);
  auto admin = ok(client->admin());
  std::vector<int> rules;
  for (int16_t api : {kFindCoordinator, kListGroups, kDescribeGroups})
    rules.push_back(proxy.add({.fault = Fault::kDropResponse, .api = api, .count = kAlways}));
  const auto began = SteadyClock::now();
  const auto unanswered = admin->group_clients("nobody");
  REQUIRE(!unanswered.ok());
  CHECK(unanswered.error().kind == LogErrorKind::kRetry);
  CHECK(SteadyClock::now() - began < 5s);
  CHECK(std::ranges::any_of(rules, [&](int rule) { return proxy.done(rule) > 0; }));
  proxy.heal();
  proxy.cut_connections();
  for (const auto until = SteadyClock::now() + 3s; SteadyClock::now() < until;) {
    patiently([&] { return admin->group_clients("nobody"); });
    std::this_thread::sleep_for(100ms);
  }
}

}  // namespace
}  // namespace pactolus::testing

#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "kafka/kafka_client.h"

namespace pactolus::testing {

/// A client of a cluster for a test's own questions; the test fails if there can be none.
inline std::unique_ptr<LogClient> client_of(const std::string& bootstrap,
                                            std::chrono::milliseconds call_timeout = std::chrono::seconds{
                                                10}) {
  KafkaSettings settings;
  settings.call_timeout = call_timeout;
  settings.librdkafka = {{"bootstrap.servers", bootstrap}};
  auto client = make_kafka_client(settings, make_silent_logger());
  REQUIRE(client.ok());
  return std::move(client).value();
}

}  // namespace pactolus::testing

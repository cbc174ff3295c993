#include <thread>

#include "conformance/log_conformance.h"
#include "kafka/kafka_broker.h"
#include "kafka/kafka_client.h"

namespace pactolus::conformance {

namespace {

/// The shared real broker; each test case has a client of its own.
class KafkaUnderTest final : public LogUnderTest {
 public:
  KafkaUnderTest() : client_(make()) {}
  LogClient& client() override { return *client_; }
  void pass(Duration time) override { std::this_thread::sleep_for(time); }
  Duration session_timeout() const override { return std::chrono::seconds{3}; }
  Duration transaction_timeout() const override { return std::chrono::seconds{2}; }

 private:
  static std::unique_ptr<LogClient> make() {
    KafkaSettings settings;
    settings.librdkafka = {{"bootstrap.servers", KafkaBroker::shared_bootstrap()}};
    auto client = make_kafka_client(settings, make_silent_logger());
    if (!client.ok()) FAIL(client.error().message);
    return std::move(client).value();
  }

  std::unique_ptr<LogClient> client_;
};

}  // namespace

std::unique_ptr<LogUnderTest> make_log_under_test() { return std::make_unique<KafkaUnderTest>(); }

}  // namespace pactolus::conformance

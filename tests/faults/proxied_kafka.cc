#include "faults/proxied_kafka.h"

#include <catch2/catch.hpp>

namespace pactolus::testing {
namespace {

constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;
constexpr std::chrono::seconds kAnswerPatience{2};
constexpr int32_t kElectionMs = 10'000;

/// The leader of the partition in the answer to a Metadata request (version 1) for its topic alone.
int leader_in(WireReader in, int32_t partition) {
  for (int32_t brokers = in.i32(); brokers > 0 && !in.failed(); --brokers) {
    in.i32();
    in.text();
    in.i32();
    in.text();
  }
  in.i32();  // the controller
  in.i32();  // one topic
  in.i16();
  in.text();
  in.i8();
  for (int32_t partitions = in.i32(); partitions > 0 && !in.failed(); --partitions) {
    in.i16();
    const int32_t number = in.i32();
    const int32_t leader = in.i32();
    if (number == partition) return leader;
    for (int lists = 0; lists < 2; ++lists) {
      for (int32_t members = in.i32(); members > 0 && !in.failed(); --members) in.i32();
    }
  }
  return 0;
}

}  // namespace

ProxiedKafka& ProxiedKafka::one() {
  static ProxiedKafka kafka(1);
  kafka.heal();
  return kafka;
}

ProxiedKafka& ProxiedKafka::three() {
  static ProxiedKafka kafka(3);
  kafka.heal();
  return kafka;
}

ProxiedKafka::ProxiedKafka(int brokers) {
  std::vector<uint16_t> proxies;
  for (int i = 0; i < brokers; ++i) {
    proxies_.push_back(std::make_unique<FaultyProxy>());
    proxies.push_back(proxies_.back()->port());
    proxied_ += (proxied_.empty() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(proxies.back());
  }
  broker_ = std::make_unique<KafkaBroker>(KafkaBrokerOptions{.brokers = brokers, .proxies = proxies});
  for (int i = 1; i <= brokers; ++i) {
    proxy(i).forward_to(broker_->proxied_port(i));
    ports_.push_back(broker_->port(i));
  }
}

void ProxiedKafka::heal() {
  for (const auto& proxy : proxies_) proxy->heal();
}

LedgerCluster ProxiedKafka::ledger(std::chrono::milliseconds call_timeout) const {
  return {.bootstrap = direct(),
          .victims_bootstrap = proxied(),
          .replication = static_cast<int16_t>(brokers()),
          .victim_settings = {"call_timeout_ms=" + std::to_string(call_timeout.count())},
          .events_at_once = 4};
}

/// What the first broker that answers says, behind the answer's header; empty: none does.
std::string ProxiedKafka::ask_any(int16_t api, int16_t version, const std::string& body) const {
  for (uint16_t port : ports_) {
    const Socket socket = Socket::connected(port, kAnswerPatience);
    if (!socket.open() || !socket.send_all(with_size(request_frame(api, version, 1, "test", body)))) continue;
    if (const auto answer = socket.receive_frame(); answer && answer->size() > sizeof(int32_t))
      return answer->substr(sizeof(int32_t));
  }
  return {};
}

int ProxiedKafka::coordinator(const std::string& key, int8_t type) const {
  const std::string answer = ask_any(kFindCoordinator, 2, WireWriter{}.text(key).i8(type).bytes());
  WireReader in(answer);
  in.i32();  // throttled for so long
  const int16_t error = in.i16();
  in.text();
  const int32_t node = in.i32();
  return error == 0 && !in.failed() ? node : 0;
}

int ProxiedKafka::transaction_coordinator(const std::string& transactional_id) const {
  return coordinator(transactional_id, kTransaction);
}

int ProxiedKafka::group_coordinator(const std::string& group) const { return coordinator(group, kGroup); }

int ProxiedKafka::leader(const std::string& topic, int32_t partition) const {
  const std::string answer = ask_any(kMetadata, 1, WireWriter{}.i32(1).text(topic).bytes());
  return leader_in(WireReader(answer), partition);
}

bool ProxiedKafka::elect_preferred_leaders() const {
  constexpr int32_t kAllPartitions = -1;
  constexpr int16_t kElectionNotNeeded = 84;
  const std::string answer =
      ask_any(kElectLeaders, 0, WireWriter{}.i32(kAllPartitions).i32(kElectionMs).bytes());
  WireReader in(answer);
  in.i32();  // throttled for so long
  bool all_led = true;
  for (int32_t topics = in.i32(); topics > 0 && !in.failed(); --topics) {
    in.text();  // its name
    for (int32_t partitions = in.i32(); partitions > 0 && !in.failed(); --partitions) {
      in.i32();  // its number
      all_led = in.i16() == kElectionNotNeeded && all_led;
      in.text();  // the error in words
    }
  }
  REQUIRE_FALSE(in.failed());
  return all_led;
}

std::unique_ptr<Program> start_with_all(LedgerRun& run, const std::string& instance) {
  run.append(100);
  auto program = run.start(instance, 2);
  run.feed_until(*program, " is up", 4);
  return program;
}

}  // namespace pactolus::testing

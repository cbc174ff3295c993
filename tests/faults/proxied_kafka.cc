#include "faults/proxied_kafka.h"

#include <catch2/catch.hpp>

namespace pactolus::testing {
namespace {

constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;
constexpr std::chrono::seconds kAnswerPatience{2};
constexpr int32_t kElectionMs = 10'000;

constexpr int kTransactionPartitions = 4;  // as scripts/kafka starts it
constexpr std::string_view kTransactions = "__transaction_state";

/// Skips a list of numbers; gives its first one, 0 if it is empty.
int take_list(WireReader& in) {
  int first = 0;
  const int32_t members = in.i32();
  for (int32_t i = 0; i < members && !in.failed(); ++i) {
    const int32_t member = in.i32();
    if (i == 0) first = member;
  }
  return first;
}

/// Who may lead a partition.
struct Leaders {
  int now = 0;
  int preferred = 0;  // its first replica
};

/// From the answer to a Metadata request (version 1) for the partition's topic alone.
Leaders leaders_in(WireReader in, int32_t partition) {
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
    const int32_t now = in.i32();
    const int32_t preferred = take_list(in);
    take_list(in);  // the replicas in sync
    if (number == partition && !in.failed()) return {now, preferred};
  }
  return {};
}

/// The partition that keeps a producer's transactions: Java's hash of its id, modulo their number.
int32_t partition_of_transactions(const std::string& transactional_id) {
  uint32_t hash = 0;
  for (char c : transactional_id) hash = 31 * hash + static_cast<unsigned char>(c);
  return std::abs(static_cast<int64_t>(static_cast<int32_t>(hash))) % kTransactionPartitions;
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

std::string ProxiedKafka::metadata(const std::string& topic) const {
  return ask_any(kMetadata, 1, WireWriter{}.i32(1).text(topic).bytes());
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
  return leaders_in(WireReader(metadata(topic)), partition).now;
}

int ProxiedKafka::preferred_transaction_coordinator(const std::string& transactional_id) const {
  const std::string answer = metadata(std::string(kTransactions));
  return leaders_in(WireReader(answer), partition_of_transactions(transactional_id)).preferred;
}

void ProxiedKafka::elect_preferred_leaders() const {
  constexpr int8_t kPreferred = 0;
  constexpr int32_t kAllPartitions = -1;
  const std::string body = WireWriter{}.i8(kPreferred).i32(kAllPartitions).i32(kElectionMs).bytes();
  ask_any(kElectLeaders, 1, body);
}

std::unique_ptr<Program> start_with_all(LedgerRun& run, const std::string& instance) {
  run.append(100);
  auto program = run.start(instance, 2);
  run.feed_until(*program, " is up", 4);
  return program;
}

}  // namespace pactolus::testing

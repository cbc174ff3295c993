#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kafka/kafka_broker.h"
#include "proxy/faulty_proxy.h"
#include "reliability/ledger_run.h"

namespace pactolus::testing {

/// A Kafka of one or three brokers, each behind a proxy. Who bootstraps from proxied() stays behind them,
/// whatever becomes of leaders and coordinators. Brokers count from 1. Threads: one.
class ProxiedKafka {
 public:
  /// They live until the program ends. Their proxies have no faults, whatever the test before has done.
  static ProxiedKafka& one();
  static ProxiedKafka& three();

  explicit ProxiedKafka(int brokers);
  void heal();

  KafkaBroker& broker() { return *broker_; }
  FaultyProxy& proxy(int broker = 1) { return *proxies_.at(broker - 1); }
  int brokers() const { return static_cast<int>(proxies_.size()); }
  const std::string& direct() const { return broker_->bootstrap(); }
  const std::string& proxied() const { return proxied_; }
  /// For a ledger whose processes stand behind the proxies, and ask for so long.
  LedgerCluster ledger(std::chrono::milliseconds call_timeout = std::chrono::seconds{10}) const;

  // Whom the cluster itself names, as any broker that runs sees it; 0: nobody.
  int transaction_coordinator(const std::string& transactional_id) const;
  int group_coordinator(const std::string& group) const;
  int leader(const std::string& topic, int32_t partition) const;
  /// Who coordinates its transactions once elect_preferred_leaders() can have its way.
  int preferred_transaction_coordinator(const std::string& transactional_id) const;
  /// Moves every partition's leadership, coordinators included, to its first replica if that has caught up;
  /// nothing while the controller itself moves, or if all are busy.
  void elect_preferred_leaders() const;

 private:
  int coordinator(const std::string& key, int8_t type) const;
  std::string metadata(const std::string& topic) const;
  std::string ask_any(int16_t api, int16_t version, const std::string& body) const;

  std::vector<std::unique_ptr<FaultyProxy>> proxies_;
  std::unique_ptr<KafkaBroker> broker_;
  std::vector<uint16_t> ports_;
  std::string proxied_;
};

/// A process with two workers that has all the tasks.
std::unique_ptr<Program> start_with_all(LedgerRun& run, const std::string& instance = "a");

}  // namespace pactolus::testing

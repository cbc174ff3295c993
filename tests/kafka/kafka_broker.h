#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "temp_folder.h"

namespace pactolus {

struct KafkaBrokerOptions {
  std::string version = {};  // empty: $PACTOLUS_TEST_KAFKA_VERSION, or the script's default
  bool secure = false;
  int brokers = 1;                     // or 3
  std::vector<uint16_t> proxies = {};  // one for each broker: where clients of proxied_port() are sent
};

/// A real Kafka for tests, started by scripts/kafka into a temporary folder and gone with this object; if the
/// test program crashes or is killed, a watchdog of the script's ends it. Brokers count from 1. Threads: one.
class KafkaBroker {
 public:
  static constexpr int kAll = 0;

  /// The broker that all test cases of a program share: $PACTOLUS_TEST_KAFKA (a bootstrap address) if it is
  /// set, else one that starts at the first call and lives until the program ends. Never kill this one.
  static const std::string& shared_bootstrap();

  /// One of one's own, to be killed and started again.
  explicit KafkaBroker(const KafkaBrokerOptions& options = {});
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;
  ~KafkaBroker();

  const std::string& bootstrap() const { return bootstrap_; }
  uint16_t port(int broker) const { return number_in(broker, "port"); }
  /// Where a proxy is to connect to.
  uint16_t proxied_port(int broker) const { return number_in(broker, "proxied-port"); }
  /// Of a secure one: its address with TLS and SASL/PLAIN (user pactolus, password secret), and whom to
  /// trust.
  std::string secure_bootstrap() const;
  std::string ca_file() const { return folder_.path() + "/ca.pem"; }
  /// kill -9.
  void kill(int broker = kAll);
  /// Starts what doesn't run again with its data, at the same address; returns when all answer.
  void start();
  /// Stops its process from running, and lets it run on (SIGSTOP, SIGCONT): a broker that answers late.
  void freeze(int broker = 1);
  void thaw(int broker = 1);

 private:
  void signal(const std::string& name, int broker) const;
  std::string file(int broker, const std::string& name) const;
  uint16_t number_in(int broker, const std::string& name) const;

  TempFolder folder_;
  std::string bootstrap_;
};

}  // namespace pactolus

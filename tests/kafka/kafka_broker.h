#pragma once

#include <string>

#include "temp_folder.h"

namespace pactolus {

/// A real Kafka broker for tests, started by scripts/kafka into a temporary folder and gone with this object;
/// if the test program crashes or is killed, a watchdog of the script's ends it. Threads: one.
class KafkaBroker {
 public:
  /// The broker that all test cases of a program share: $PACTOLUS_TEST_KAFKA (a bootstrap address) if it is
  /// set, else one that starts at the first call and lives until the program ends. Never kill this one.
  static const std::string& shared_bootstrap();

  /// A broker of one's own, to be killed and started again. `version` empty: $PACTOLUS_TEST_KAFKA_VERSION, or
  /// the script's default.
  explicit KafkaBroker(const std::string& version = "", bool secure = false);
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;
  ~KafkaBroker();

  const std::string& bootstrap() const { return bootstrap_; }
  /// Of a secure one: its address with TLS and SASL/PLAIN (user pactolus, password secret), and whom to
  /// trust.
  std::string secure_bootstrap() const;
  std::string ca_file() const { return folder_.path() + "/ca.pem"; }
  /// kill -9.
  void kill();
  /// Starts it again with its data, at the same address; returns when it answers.
  void start();
  /// Stops its process from running, and lets it run on (SIGSTOP, SIGCONT): a broker that answers late.
  void freeze();
  void thaw();

 private:
  void signal(const std::string& name) const;

  TempFolder folder_;
  std::string bootstrap_;
};

}  // namespace pactolus

#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "proxy/fault_rules.h"
#include "proxy/proxied_connection.h"

namespace pactolus::testing {

/// What a late request got.
struct LateAnswer {
  RequestHeader request;
  std::string body;  // of the response, after its header of version 0; empty: the broker didn't answer
};

/// A network to one Kafka broker that can be made to fail: listens on a port of its own, and hands requests
/// and answers on, but for those that a rule befalls. Clients stay on it if the broker has a listener that
/// advertises the proxy's port (scripts/kafka start --proxies). No TLS.
///
/// Every fault is counted when it happens, so that a test can tell that it did. Owned by the test. Threads:
/// one of its own; any may call. Destruction resets all connections.
class FaultyProxy {
 public:
  /// The broker's port may become known later, by forward_to(): until then connections are refused.
  explicit FaultyProxy(uint16_t broker_port = 0);
  FaultyProxy(const FaultyProxy&) = delete;
  FaultyProxy& operator=(const FaultyProxy&) = delete;
  ~FaultyProxy();

  uint16_t port() const { return port_; }
  void forward_to(uint16_t broker_port) { broker_port_ = broker_port; }

  /// A number to ask done() with.
  int add(FaultRule rule);
  /// No rule befalls requests that come from now on, and the links are fast again.
  void heal();
  /// How often the rule's fault has happened.
  int done(int rule) const;
  /// The same, once it is so often; bounded by `patience`.
  bool wait_until_done(int rule, int times, std::chrono::milliseconds patience) const;

  /// Each way.
  void set_latency(std::chrono::milliseconds latency);
  /// Each way, of all connections together. 0: no limit.
  void set_bytes_per_second(int64_t rate);

  /// Resets about so many of a hundred connections; returns how many.
  int cut_connections(int percent = 100);

  /// Sends the requests that are held, each over a connection of its own, as a network does that has kept
  /// them for a while. Waits at most ten seconds for each answer.
  std::vector<LateAnswer> deliver_held();

  int requests(int16_t api) const;
  int swallowed() const;
  int cut() const;
  /// How often the slow link, either way, could take no more.
  int64_t stopped() const;
  int connections() const;

 private:
  void serve();
  void serve_once();
  void accept_new();
  int wait_ms(SteadyTime now) const;
  void ring() const;

  const Socket listener_;
  const uint16_t port_;
  std::atomic<uint16_t> broker_port_;
  std::atomic<bool> stopping_{false};
  const int bell_;  // an eventfd, on which the thread sleeps with its sockets

  mutable std::mutex mutex_;
  // Guarded by it:
  ProxyState state_;
  std::vector<std::unique_ptr<ProxiedConnection>> connections_;
  std::mt19937 random_{7};

  std::thread thread_;
};

}  // namespace pactolus::testing

#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "proxy/fault_rules.h"
#include "proxy/link.h"
#include "proxy/socket.h"
#include "proxy/wire.h"

namespace pactolus::testing {

/// What all connections of a proxy share. Guarded by the proxy.
struct ProxyState {
  FaultRules rules;
  Link to_broker;
  Link to_client;
  std::vector<std::string> held;    // requests
  std::map<int16_t, int> requests;  // of each api, as they came
  int swallowed = 0;                // second answers to duplicates
  int cut = 0;                      // connections
};

/// A client's connection and the one to the broker that belongs to it. It looks at every request and answer
/// and lets the faults befall them. Owned by the proxy. Threads: one at a time.
class ProxiedConnection {
 public:
  ProxiedConnection(Socket client, uint16_t broker_port, ProxyState& state);

  const Socket& client() const { return client_; }
  const Socket& broker() const { return broker_; }
  bool wants_from_client() const { return client_.open() && !to_broker_.is_full(); }
  bool wants_from_broker() const { return !broker_gone_ && !to_client_.is_full(); }
  const InFlight& to_client() const { return to_client_; }
  const InFlight& to_broker() const { return to_broker_; }

  void read_client();
  void read_broker();
  void deliver(SteadyTime now);
  /// Resets both ends.
  void cut();
  /// Nothing more will come of it.
  bool ended() const { return ended_; }

 private:
  struct Expected {
    int32_t correlation = 0;
    std::optional<int> rule;
    bool is_duplicate = false;
  };

  void take_request(std::string frame);
  void befall(int rule, const RequestHeader& header, const std::string& frame);
  void take_response(std::string frame);
  void forward(const RequestHeader& header, const std::string& frame, std::optional<int> rule,
               bool is_duplicate = false);

  Socket client_;
  Socket broker_;
  ProxyState& state_;
  FrameCutter from_client_;
  FrameCutter from_broker_;
  InFlight to_client_;
  InFlight to_broker_;
  std::deque<Expected> expected_;  // answers, which come in the requests' order
  bool broker_gone_ = false;
  bool ended_ = false;
};

}  // namespace pactolus::testing

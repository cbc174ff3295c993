#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proxy/socket.h"

namespace pactolus::testing {

/// Speaks Kafka's frames and nothing else: answers each request with its number and its body, in order, and
/// remembers what it got. Threads: its own; any may ask.
class FrameServer {
 public:
  FrameServer();
  ~FrameServer();
  uint16_t port() const { return port_; }
  /// The bodies of all requests so far.
  std::vector<std::string> bodies() const;
  /// Connections that it has seen end.
  int ended() const { return ended_; }

 private:
  void serve();
  void answer(const std::string& frame, const Socket& client);

  const Socket listener_;
  const uint16_t port_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> ended_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

}  // namespace pactolus::testing

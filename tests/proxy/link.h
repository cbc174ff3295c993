#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "proxy/socket.h"

namespace pactolus::testing {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One direction of the network that all connections of a proxy share: how long everything takes, and how
/// much passes in a second. Threads: one at a time.
class Link {
 public:
  void set_latency(std::chrono::milliseconds latency) { latency_ = latency; }
  /// 0: no limit.
  void set_bytes_per_second(int64_t rate);

  std::chrono::milliseconds latency() const { return latency_; }
  /// How often nothing more could pass, for the limit was reached.
  int64_t stopped() const { return stopped_; }
  /// How much may pass now, of so much.
  size_t allowed(size_t bytes, SteadyTime now);
  void passed(size_t bytes);

 private:
  std::chrono::milliseconds latency_{0};
  int64_t rate_ = 0;
  double room_ = 0;
  int64_t stopped_ = 0;
  SteadyTime filled_at_;
};

/// What is on its way to one end of a connection, in order. Threads: one at a time.
class InFlight {
 public:
  void add(std::string frame, SteadyTime due);
  bool empty() const { return frames_.empty(); }
  bool is_full() const;
  /// When there is something to do; none: nothing is on its way.
  std::optional<SteadyTime> due() const;
  /// Hands over what is due and what the link lets through. False: the connection has ended.
  bool deliver(const Socket& to, Link& link, SteadyTime now);

 private:
  struct Frame {
    std::string bytes;
    SteadyTime due;
  };
  std::deque<Frame> frames_;
  size_t bytes_ = 0;
};

}  // namespace pactolus::testing

#pragma once

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proxy/wire.h"

namespace pactolus::testing {

/// What can be done to a request and its answer.
enum class Fault : uint8_t {
  kDelayRequest,  // and, as on a real connection, whatever is behind it
  kDelayResponse,
  kDropRequest,   // the broker never sees it
  kDropResponse,  // the broker has done it; the client is not told
  kDuplicate,     // the broker gets it twice; the client is told once
  kHold,          // the broker gets it when FaultyProxy::deliver_held() says so
};

constexpr int kAlways = std::numeric_limits<int>::max();

/// Which requests a fault befalls.
struct FaultRule {
  Fault fault = Fault::kDropRequest;
  int16_t api = kAnyApi;
  std::string client_id = {};          // a part of it; empty: any client's
  int first = 1;                       // the nth of them, counted from when the rule was made
  int count = 1;                       // and so many in all
  bool cut = false;                    // drop, hold: and the connection is reset at that moment
  std::chrono::milliseconds delay{0};  // of kDelay…
};

/// The rules of one proxy, and how often each was carried out. Threads: one at a time.
class FaultRules {
 public:
  /// A number to ask done() with.
  int add(FaultRule rule);
  /// Nothing is done to requests that come from now on. The counts stay.
  void clear() { active_.clear(); }

  /// The first rule that befalls this request, which counts for all that it fits.
  std::optional<int> find(const RequestHeader& request);
  const FaultRule& rule(int number) const { return rules_.at(number).rule; }
  /// It has befallen it.
  void carried_out(int number) { ++rules_.at(number).done; }
  int done(int number) const { return rules_.at(number).done; }

 private:
  struct Counted {
    FaultRule rule;
    int seen = 0;
    int done = 0;
  };
  std::vector<Counted> rules_;
  std::vector<int> active_;
};

}  // namespace pactolus::testing

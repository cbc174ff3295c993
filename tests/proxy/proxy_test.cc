#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>

#include "proxy/faulty_proxy.h"
#include "proxy/frame_server.h"
#include "proxy/wire.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kPatience = 5s;
/// How long one waits for what must not come.
constexpr auto kSilence = 1s;

/// Sends requests and takes answers, one connection.
class Client {
 public:
  explicit Client(const FaultyProxy& proxy, std::string id = "client",
                  std::chrono::milliseconds patience = kPatience)
      : socket_(Socket::connected(proxy.port(), patience)), id_(std::move(id)) {
    REQUIRE(socket_.open());
  }
  void send(int16_t api, const std::string& body) {
    REQUIRE(socket_.send_all(with_size(request_frame(api, 1, ++correlation_, id_, body))));
  }
  /// The body of the next answer; none: the connection has ended or nothing came in time.
  std::optional<std::string> answer() {
    auto frame = socket_.receive_frame();
    if (!frame) return std::nullopt;
    answered_ = correlation_of(*frame).value();
    return frame->substr(sizeof(int32_t));
  }
  std::optional<std::string> ask(int16_t api, const std::string& body) {
    send(api, body);
    return answer();
  }
  int32_t answered() const { return answered_; }

 private:
  Socket socket_;
  std::string id_;
  int32_t correlation_ = 0;
  int32_t answered_ = 0;
};

bool becomes(const std::function<bool()>& holds) {
  for (const auto until = SteadyClock::now() + kPatience; SteadyClock::now() < until;) {
    if (holds()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return holds();
}

struct Wire {
  FrameServer server;
  FaultyProxy proxy{server.port()};
};

TEST_CASE("proxy: what no rule befalls passes, also what is larger than a packet and comes in pieces") {
  Wire wire;
  Client client(wire.proxy);
  CHECK(client.ask(kProduce, "small") == "small");
  const std::string large(3'000'000, 'x');
  CHECK(client.ask(kFetch, large) == large);
  client.send(kEndTxn, "one");
  client.send(kEndTxn, "two");
  CHECK(client.answer() == "one");
  CHECK(client.answer() == "two");
  CHECK(wire.proxy.requests(kEndTxn) == 2);
  CHECK(wire.proxy.requests(kProduce) == 1);
  CHECK(wire.proxy.cut() == 0);
}

TEST_CASE("proxy: a rule befalls the nth request of its kind and client, and so many after it") {
  Wire wire;
  const int rule = wire.proxy.add(
      {.fault = Fault::kDropRequest, .api = kEndTxn, .client_id = "worker", .first = 2, .count = 2});
  Client other(wire.proxy, "other");
  Client worker(wire.proxy, "a-worker-1");
  for (int i = 0; i < 5; ++i) {
    CHECK(other.ask(kEndTxn, "other") == "other");
    worker.send(kEndTxn, std::to_string(i));
    worker.send(kProduce, "p" + std::to_string(i));
  }
  for (const char* expected : {"0", "p0", "p1", "p2", "3", "p3", "4", "p4"})
    CHECK(worker.answer() == expected);
  CHECK(wire.proxy.done(rule) == 2);
}

TEST_CASE("proxy: a request that is dropped never arrives, one whose answer is dropped does") {
  Wire wire;
  const bool request = GENERATE(true, false);
  const int rule = wire.proxy.add({.fault = request ? Fault::kDropRequest : Fault::kDropResponse});
  Client client(wire.proxy, "client", kSilence);
  CHECK_FALSE(client.ask(kEndTxn, "lost"));
  CHECK(client.ask(kEndTxn, "next") == "next");  // the connection is as it was
  CHECK(client.answered() == 2);
  CHECK(wire.server.bodies() == (request ? Strings{"next"} : Strings{"lost", "next"}));
  CHECK(wire.proxy.done(rule) == 1);
}

TEST_CASE("proxy: a cut connection is reset, before the request arrives or instead of its answer") {
  Wire wire;
  const bool request = GENERATE(true, false);
  const int rule =
      wire.proxy.add({.fault = request ? Fault::kDropRequest : Fault::kDropResponse, .cut = true});
  Client client(wire.proxy);
  const auto began = SteadyClock::now();
  CHECK_FALSE(client.ask(kEndTxn, "lost"));
  CHECK(errno == ECONNRESET);
  CHECK(SteadyClock::now() - began < kPatience);
  CHECK(becomes([&] { return wire.server.ended() == 1; }));
  CHECK(wire.server.bodies() == (request ? Strings{} : Strings{"lost"}));
  CHECK(wire.proxy.done(rule) == 1);
  CHECK(wire.proxy.cut() == 1);
  CHECK(Client(wire.proxy).ask(kEndTxn, "again") == "again");
}

TEST_CASE("proxy: a duplicated request arrives twice and is answered once") {
  Wire wire;
  const int rule = wire.proxy.add({.fault = Fault::kDuplicate, .api = kEndTxn, .count = kAlways});
  Client client(wire.proxy);
  CHECK(client.ask(kEndTxn, "a") == "a");
  CHECK(client.ask(kProduce, "b") == "b");
  CHECK(client.ask(kEndTxn, "c") == "c");
  CHECK(client.ask(kProduce, "d") == "d");
  CHECK(wire.server.bodies() == Strings{"a", "a", "b", "c", "c", "d"});
  CHECK(wire.proxy.done(rule) == 2);
  CHECK(wire.proxy.swallowed() == 2);
}

TEST_CASE("proxy: a request that is held arrives when it is let go, over another connection") {
  Wire wire;
  const bool cut = GENERATE(true, false);
  const int rule = wire.proxy.add({.fault = Fault::kHold, .api = kEndTxn, .cut = cut});
  Client client(wire.proxy, "client", kSilence);
  CHECK_FALSE(client.ask(kEndTxn, "late"));
  CHECK(wire.proxy.done(rule) == 1);
  CHECK(Client(wire.proxy).ask(kEndTxn, "meanwhile") == "meanwhile");
  const auto late = wire.proxy.deliver_held();
  REQUIRE(late.size() == 1);
  CHECK(late[0].request.api == kEndTxn);
  CHECK(late[0].request.client_id == "client");
  CHECK(late[0].body == "late");
  CHECK(wire.server.bodies() == Strings{"meanwhile", "late"});
  CHECK(wire.proxy.deliver_held().empty());
  CHECK(wire.proxy.cut() == (cut ? 1 : 0));
}

TEST_CASE("proxy: a delay comes before the request or after it, and keeps the order") {
  Wire wire;
  const bool request = GENERATE(true, false);
  wire.proxy.add(
      {.fault = request ? Fault::kDelayRequest : Fault::kDelayResponse, .api = kEndTxn, .delay = 2s});
  Client client(wire.proxy);
  const auto began = SteadyClock::now();
  client.send(kEndTxn, "slow");
  client.send(kProduce, "behind");
  if (!request) {
    CHECK(becomes([&] { return !wire.server.bodies().empty(); }));
    CHECK(SteadyClock::now() - began < 2s);
  }
  CHECK(client.answer() == "slow");
  CHECK(SteadyClock::now() - began >= 2s);
  CHECK(client.answer() == "behind");
}

TEST_CASE("proxy: latency is added each way, and heal() takes it and all rules back") {
  Wire wire;
  wire.proxy.set_latency(1s);
  wire.proxy.add({.fault = Fault::kDropRequest, .api = kProduce, .count = kAlways});
  Client client(wire.proxy);
  auto began = SteadyClock::now();
  CHECK(client.ask(kEndTxn, "slow") == "slow");
  CHECK(SteadyClock::now() - began >= 2s);
  wire.proxy.heal();
  began = SteadyClock::now();
  CHECK(client.ask(kProduce, "fast") == "fast");
  CHECK(SteadyClock::now() - began < 2s);
}

TEST_CASE("proxy: a slow link passes so many bytes in a second") {
  Wire wire;
  wire.proxy.set_bytes_per_second(20'000);
  Client client(wire.proxy);
  const auto began = SteadyClock::now();
  const std::string body(10'000, 'x');
  CHECK(client.ask(kProduce, body) == body);
  const auto took = SteadyClock::now() - began;
  CHECK(took >= 800ms);  // half a second each way, but for what may pass at once
  CHECK(took < 5s);
  CHECK(wire.proxy.stopped() > 0);
}

TEST_CASE("proxy: all connections can be cut, and new ones are fine") {
  Wire wire;
  Client one(wire.proxy);
  Client two(wire.proxy);
  CHECK(one.ask(kEndTxn, "1") == "1");
  CHECK(two.ask(kEndTxn, "2") == "2");
  CHECK(wire.proxy.cut_connections() == 2);
  CHECK_FALSE(one.answer());
  CHECK_FALSE(two.answer());
  CHECK(becomes([&] { return wire.proxy.connections() == 0; }));
  CHECK(Client(wire.proxy).ask(kEndTxn, "3") == "3");
  CHECK(wire.proxy.cut() == 2);
}

TEST_CASE("proxy: without a broker behind it connections end, and with one that comes they don't") {
  FaultyProxy proxy;
  proxy.forward_to(Socket::listening().port());  // which has closed again
  CHECK_FALSE(Client(proxy).answer());
  FrameServer server;
  proxy.forward_to(server.port());
  CHECK(Client(proxy).ask(kEndTxn, "up") == "up");
}

TEST_CASE("proxy: what is no request ends the connection") {
  Wire wire;
  const Socket socket = Socket::connected(wire.proxy.port(), kPatience);
  REQUIRE(socket.send_all(with_size("??")));
  CHECK_FALSE(socket.receive_frame());
  CHECK(wire.server.bodies().empty());
}

}  // namespace
}  // namespace pactolus::testing

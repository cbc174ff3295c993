#include <catch2/catch.hpp>
#include <span>

#include "faults/proxied_kafka.h"
#include "reliability/ok.h"

namespace pactolus::testing {
namespace {

using namespace std::chrono_literals;

/// How long a worker waits for an answer that does not come.
constexpr auto kCallTimeout = 2s;
constexpr int kDuplicates = 20;  // of each call

struct Call {
  int16_t api;
  const char* name;
};
constexpr Call kInit{kInitProducerId, "InitProducerId"};
constexpr Call kCalls[] = {{kAddPartitionsToTxn, "AddPartitionsToTxn"},
                           {kProduce, "Produce"},
                           {kAddOffsetsToTxn, "AddOffsetsToTxn"},
                           {kTxnOffsetCommit, "TxnOffsetCommit"},
                           {kEndTxn, "EndTxn"}};

/// A worker whose calls are lost once, one after the other.
void lose_each(std::span<const Call> calls, Fault fault, bool cut) {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger(kCallTimeout));
  run.append(100);
  const auto lose = [&](const Call& call) {
    return proxy.add({.fault = fault, .api = call.api, .cut = cut});
  };
  const int init = lose(kInit);
  auto victim = run.start("a");
  run.feed_until(*victim, " is up", 4);
  CHECK(proxy.done(init) == 1);
  for (const Call& call : calls) {
    INFO(call.name);
    const int rule = lose(call);
    run.feed_until([&] { return proxy.done(rule) == 1; });  // which the next one shows to be overcome
  }
  proxy.heal();
  run.check({victim.get()});
}

TEST_CASE("the answer to any transactional call is lost with its connection: nothing is lost or doubled",
          "[broker][wire][protocol]") {
  lose_each(kCalls, Fault::kDropResponse, true);
}

TEST_CASE("the answer to any transactional call never comes: nothing is lost or doubled", "[broker][wire]") {
  lose_each(kCalls, Fault::kDropResponse, false);
}

TEST_CASE("any transactional call is lost with its connection: nothing is lost or doubled",
          "[broker][wire][protocol]") {
  lose_each(kCalls, Fault::kDropRequest, true);
}

TEST_CASE("a commit or its offsets never arrive: nothing is lost or doubled", "[broker][wire]") {
  lose_each(std::span{kCalls}.last(2), Fault::kDropRequest, false);
}

TEST_CASE("transactional calls that arrive twice change nothing", "[broker][wire][protocol]") {
  ProxiedKafka& kafka = ProxiedKafka::one();
  FaultyProxy& proxy = kafka.proxy();
  LedgerRun run(2, kafka.ledger());
  run.append(100);
  auto victim = run.start("a");
  run.feed_until(*victim, " is up", 4);
  const int swallowed = proxy.swallowed();
  for (const Call& call : kCalls) {
    INFO(call.name);
    const int rule = proxy.add({.fault = Fault::kDuplicate, .api = call.api, .count = kDuplicates});
    run.feed_until([&] { return proxy.done(rule) == kDuplicates; });
  }
  // Each duplicate was answered, the last one maybe later than it was sent.
  const int answered = swallowed + static_cast<int>(std::size(kCalls)) * kDuplicates;
  run.feed_until([&] { return proxy.swallowed() >= answered; });
  proxy.heal();
  run.check({victim.get()});
}

}  // namespace
}  // namespace pactolus::testing

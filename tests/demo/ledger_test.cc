#include "ledger.h"

#include <catch2/catch.hpp>

namespace pactolus::demo {

namespace {

constexpr ProcessingTime kEarly{1000};
constexpr ProcessingTime kLater{3000};

void ignore(ProcessingTime, ProcessingTime) {}

}  // namespace

TEST_CASE("ledger: equal records balance, whichever comes first") {
  Ledger ledger("a result", ignore);
  ledger.expect("NO", "1", kEarly);
  ledger.receive("NO", "1", kLater);
  ledger.receive("NO", "2", kLater);
  CHECK_FALSE(ledger.balanced());
  ledger.expect("NO", "2", kEarly);
  CHECK(ledger.balanced());
  CHECK(ledger.matched() == 2);
  CHECK(ledger.complaints().empty());
}

TEST_CASE("ledger: a match tells when the input was produced and when the output came") {
  Duration latency{0};
  Ledger ledger("a result",
                [&](ProcessingTime produced, ProcessingTime received) { latency = received - produced; });
  ledger.receive("NO", "1", kLater);
  ledger.expect("NO", "1", kEarly);
  CHECK(latency == Duration{2000});
}

TEST_CASE("ledger: a record that differs, is missing, came twice or out of order is complained about") {
  Ledger ledger("a result", ignore);
  SECTION("differs") {
    ledger.expect("NO", "1", kEarly);
    ledger.receive("NO", "2", kLater);
    CHECK(ledger.complaints() ==
          std::vector<std::string>{"a result differs for NO\n  expected 1\n  received 2"});
  }
  SECTION("missing") {
    ledger.expect("NO", "1", kEarly);
    CHECK(ledger.complaints() == std::vector<std::string>{"a result is missing for NO (1)\n  1"});
  }
  SECTION("twice") {
    ledger.expect("NO", "1", kEarly);
    ledger.receive("NO", "1", kLater);
    ledger.receive("NO", "1", kLater);
    CHECK(ledger.complaints() == std::vector<std::string>{"a result was not expected for NO (1)\n  1"});
  }
  SECTION("out of order") {
    ledger.expect("NO", "1", kEarly);
    ledger.expect("NO", "2", kEarly);
    ledger.receive("NO", "2", kLater);
    ledger.receive("NO", "1", kLater);
    CHECK(ledger.different() == 2);
  }
  CHECK_FALSE(ledger.balanced());
}

}  // namespace pactolus::demo

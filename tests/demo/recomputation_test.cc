#include "recomputation.h"

#include <catch2/catch.hpp>
#include <vector>

#include "trade_time.h"

namespace pactolus::demo {

namespace {

class Input {
 public:
  void send(const std::string& value, int partition = 0) {
    RecordView record;
    record.offset = Offset{offset_++};
    record.value = value;
    recomputation_.add({"trades", Partition{partition}}, record);
  }
  void trade(const std::string& symbol, const std::string& time, const std::string& price,
             const std::string& quantity, int partition = 0) {
    send(R"({"id":"a","symbol":")" + symbol + R"(","time":"2026-01-02T)" + time + R"(","price":)" + price +
             R"(,"quantity":)" + quantity + "}",
         partition);
  }
  std::vector<std::string> take(OutputKind kind) {
    std::vector<std::string> contents;
    for (const Expectation& expectation : expectations_) {
      if (expectation.kind == kind) contents.push_back(expectation.content);
    }
    expectations_.clear();
    return contents;
  }
  const Recomputation& recomputation() const { return recomputation_; }

 private:
  int64_t offset_ = 0;
  std::vector<Expectation> expectations_;
  Recomputation recomputation_{
      [this](Expectation expectation) { expectations_.push_back(std::move(expectation)); }};
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("recomputation: every valid trade changes its day") {
  Input input;
  input.trade("NO", "15:00:01Z", "10", "1");
  input.trade("NO", "15:00:59.5Z", "20", "3");
  CHECK(input.take(OutputKind::kDay) ==
        Texts{"NO from 2026-01-02T00:00:00.000000Z to 2026-01-03T00:00:00.000000Z: trades 1.000000, "
              "average_price "
              "10.000000, vwap 10.000000, quantity 1.000000, high 10.000000, low 10.000000",
              "NO from 2026-01-02T00:00:00.000000Z to 2026-01-03T00:00:00.000000Z: trades 2.000000, "
              "average_price "
              "15.000000, vwap 17.500000, quantity 4.000000, high 20.000000, low 10.000000"});
}

TEST_CASE("recomputation: a minute comes once, when disorder and grace have passed") {
  Input input;
  input.trade("NO", "15:00:01Z", "10", "1");
  input.trade("NO", "15:01:06.999999Z", "11", "1");
  CHECK(input.take(OutputKind::kMinute).empty());
  CHECK(input.recomputation().open_minutes() == 2);
  input.trade("SE", "15:01:07Z", "12", "1");
  CHECK(input.take(OutputKind::kMinute) ==
        Texts{"NO from 2026-01-02T15:00:00.000000Z to 2026-01-02T15:01:00.000000Z: trades 1.000000, "
              "average_price "
              "10.000000, vwap 10.000000, quantity 1.000000, high 10.000000, low 10.000000"});
}

TEST_CASE("recomputation: partitions have their own time") {
  Input input;
  input.trade("NO", "15:00:01Z", "10", "1", 0);
  input.trade("SE", "15:09:00Z", "11", "1", 1);
  CHECK(input.take(OutputKind::kMinute).empty());
}

TEST_CASE("recomputation: a trade of a closed minute is a dead letter of that step and counts for its day") {
  Input input;
  input.trade("NO", "15:00:01Z", "10", "1");
  input.trade("NO", "15:02:00Z", "11", "1");
  input.take(OutputKind::kDay);
  input.trade("NO", "15:00:59Z", "12", "1");
  CHECK(input.take(OutputKind::kDeadLetter) == Texts{"late"});
  input.trade("NO", "15:00:59Z", "12", "1");
  CHECK(input.take(OutputKind::kDay).size() == 1);
}

TEST_CASE("recomputation: what cannot be read is a dead letter, what the filter drops is not") {
  Input input;
  input.send(R"({"id":"a","symb)");
  input.trade("NO", "15:00:01Z", "10.1234567", "1");
  input.trade("NO", "15:00:01Z", "-1", "1");
  input.trade("NO", "15:00:01Z", "1", "0");
  CHECK(input.recomputation().filtered() == 2);
  CHECK(input.recomputation().records() == 4);
  CHECK(input.take(OutputKind::kDeadLetter) == Texts{"invalid_json", "out_of_range"});
}

}  // namespace pactolus::demo

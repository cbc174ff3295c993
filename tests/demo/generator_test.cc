#include <catch2/catch.hpp>
#include <set>

#include "flat_json.h"
#include "latency_histogram.h"
#include "trade_generator.h"
#include "trade_time.h"

namespace pactolus::demo {

TEST_CASE("generator: a seed gives the same trades again") {
  TradeGenerator a(7);
  TradeGenerator b(7);
  TradeGenerator other(8);
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const std::string value = a.next(1'767'366'000'000'000).value;
    CHECK(b.next(1'767'366'000'000'000).value == value);
    differs |= other.next(1'767'366'000'000'000).value != value;
  }
  CHECK(differs);
}

TEST_CASE("generator: all symbols are traded, and few records are bad") {
  TradeGenerator generator(1);
  std::set<std::string_view> symbols;
  int broken = 0;
  for (int i = 0; i < 100'000; ++i) {
    const TradeRecord record = generator.next(1'767'366'000'000'000);
    symbols.insert(record.symbol);
    broken += parse_flat_json(record.value) ? 0 : 1;
  }
  CHECK(symbols.size() == TradeGenerator::kSymbols);
  CHECK(broken > 0);
  CHECK(broken < 100);
}

TEST_CASE("time: what is written can be read") {
  CHECK(format_time(1'767'366'059'000'001) == "2026-01-02T15:00:59.000001Z");
  CHECK(parse_time("2026-01-02T15:00:59.000001Z") == 1'767'366'059'000'001);
  CHECK(parse_time("2026-01-02T15:00:59.5Z") == 1'767'366'059'500'000);
  CHECK(parse_time("2026-01-02T15:00:59Z") == 1'767'366'059'000'000);
  CHECK_FALSE(parse_time("2026-01-02T15:00:59").has_value());
  CHECK_FALSE(parse_time("2026-01-02T15:00:59.Z").has_value());
  CHECK_FALSE(parse_time("2026-01-02 15:00:59Z").has_value());
}

TEST_CASE("flat JSON: numbers keep their digits, what is not flat or broken is refused") {
  const auto object = parse_flat_json(R"({"a": 1.10, "b": "x\n", "c": null, "d": 12})");
  REQUIRE(object);
  CHECK(object->at("a").text == "1.10");
  CHECK(object->at("b").text == "x\n");
  CHECK(object->at("d").text == "12");
  CHECK_FALSE(parse_flat_json(R"({"a": {}})"));
  CHECK_FALSE(parse_flat_json(R"([1])"));
  CHECK_FALSE(parse_flat_json(R"({"a": 1, "a": 2})"));
  CHECK_FALSE(parse_flat_json(R"({"a": 1)"));
  CHECK_FALSE(parse_flat_json("1"));
}

TEST_CASE("latency: a percentile is the smallest that so many do not exceed") {
  LatencyHistogram latencies;
  CHECK(latencies.percentile_ms(0.5) == 0);
  for (int ms = 1; ms <= 100; ++ms) latencies.add(std::chrono::milliseconds{ms});
  CHECK(latencies.percentile_ms(0.5) == 50);
  CHECK(latencies.percentile_ms(0.99) == 99);
  latencies.add(std::chrono::hours{1});
  CHECK(latencies.percentile_ms(1) == 60'000);
}

}  // namespace pactolus::demo

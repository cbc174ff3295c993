// decayed_sum and decayed_count are not PostgreSQL's: their results are computed by their definition.
#include <catch2/catch.hpp>

#include <cmath>
#include <random>

#include "aggregates/aggregate_cases.h"
#include "aggregates/group_states.h"
#include "aggregates/registry.h"

namespace pactolus::testing {
namespace {

const std::vector<Type> kSumTypes = {kDoubleType, kTimestamptzType, kIntervalType};

struct Rows {
  std::vector<std::string> values;
  std::vector<std::string> times;
  std::vector<std::string> half_lives;
};

std::vector<ColumnPtr> columns_of(const Rows& rows) {
  return batch_of({{"value", "double precision", rows.values},
                   {"time", "timestamptz", rows.times},
                   {"half_life", "interval", rows.half_lives}})
      .batch.columns;
}

std::vector<uint32_t> all_of(const Rows& rows) {
  std::vector<uint32_t> all(rows.values.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint32_t>(i);
  return all;
}

std::string decayed_sum(const Rows& rows) {
  auto aggregate = bind_aggregate(*find_aggregate("decayed_sum"), kSumTypes);
  GroupStates states(*aggregate, 1);
  states.add(columns_of(rows), all_of(rows), std::vector<size_t>(rows.values.size(), 0));
  return states.result(0);
}

std::string decayed_count(const Rows& rows) {
  auto aggregate = bind_aggregate(*find_aggregate("decayed_count"), std::span(kSumTypes).subspan(1));
  GroupStates states(*aggregate, 1);
  std::vector<ColumnPtr> columns = columns_of(rows);
  states.add(std::span(columns).subspan(1), all_of(rows), std::vector<size_t>(rows.values.size(), 0));
  return states.result(0);
}

TEST_CASE("decayed_sum: each half-life halves what a value counts, as of the latest row") {
  const Rows rows = {{"8", "4", "NULL", "1", "100"},
                     {"2026-01-01 00:00", "2026-01-01 02:00", "2026-01-01 02:30", "2026-01-01 01:00", "NULL"},
                     {"1 hour", "1 hour", "1 hour", "1 hour", "1 hour"}};
  CHECK(decayed_sum(rows) == "6.5");  // 8/4 + 4 + 1/2
  CHECK(decayed_count({{"1", "1", "1"},
                       {"2026-01-01 00:00", "2026-01-01 02:00", "2026-01-01 01:00"},
                       {"1 hour", "1 hour", "60 minutes"}}) == "1.75");
}

TEST_CASE("decayed_sum: no row gives null, one row its value, decayed_count 0 and 1") {
  CHECK(decayed_sum({}) == "NULL");
  CHECK(decayed_count({}) == "0");
  const Rows one = {{"-2.5"}, {"2026-01-01"}, {"1 day"}};
  CHECK(decayed_sum(one) == "-2.5");
  CHECK(decayed_count(one) == "1");
}

TEST_CASE(
    "decayed_sum: the half-life must be positive and the same in all rows, a month of it counts 30 days") {
  auto with = [](const std::string& first, const std::string& second) {
    return decayed_sum({{"4", "1"}, {"2026-01-01", "2026-01-31"}, {first, second}});
  };
  CHECK(with("1 mon", "30 days") == "3");
  CHECK(with("1 day", "2 days") == "ERROR 22023");
  CHECK(with("0", "0") == "ERROR 22023");
  CHECK(with("-1 day", "-1 day") == "ERROR 22023");
  CHECK(with("300000 years", "300000 years") == "ERROR 22023");
}

TEST_CASE("decayed_sum: finite values that add up to infinity are an error, infinite ones are not") {
  auto of = [](const std::string& first, const std::string& second, const std::string& time) {
    return decayed_sum({{first, second}, {"2026-01-01", time}, {"1 day", "1 day"}});
  };
  CHECK(of("1.5e308", "1.5e308", "2026-01-01") == "ERROR 22003");
  CHECK(of("1.5e308", "1.5e308", "2026-01-03") == "ERROR 22003");
  CHECK(of("1.5e308", "1e308", "2026-01-03") == "1.375e+308");
  CHECK(of("Infinity", "1", "2200-01-01") == "Infinity");
  CHECK(of("Infinity", "-Infinity", "2200-01-01") == "NaN");
  CHECK(of("NaN", "1", "2200-01-01") == "NaN");
  CHECK(of("1", "2", "2200-01-01") == "2");  // what is old enough counts nothing
}

TEST_CASE("decayed_sum: neither the order of rows nor merging changes more than rounding") {
  std::mt19937_64 random(7);
  auto sum = bind_aggregate(*find_aggregate("decayed_sum"), kSumTypes);
  constexpr int kRows = 40;
  for (int round = 0; round < 20; ++round) {
    Rows rows;
    double expected = 0;
    std::vector<std::pair<double, int64_t>> values;
    int64_t latest = 0;
    for (int i = 0; i < kRows; ++i) {
      values.emplace_back(static_cast<double>(random() % 100'000) / 100,
                          static_cast<int64_t>(random() % 40'000));
      latest = std::max(latest, values.back().second);
    }
    for (auto [value, second] : values) {
      rows.values.push_back(std::to_string(value));
      rows.times.push_back("2026-01-01 00:00:" + std::to_string(second / 1000) + "." +
                           std::to_string(1000 + second % 1000).substr(1));
      rows.half_lives.emplace_back("00:00:07");
      expected += value * std::pow(0.5, static_cast<double>(latest - second) / 7000);
    }
    GroupStates states(*sum, 4);
    std::vector<size_t> groups;
    for (int i = 0; i < kRows; ++i) groups.push_back(1 + static_cast<size_t>(i) % 3);
    states.add(columns_of(rows), all_of(rows), std::vector<size_t>(kRows, 0));
    states.add(columns_of(rows), all_of(rows), groups);
    states.merge(2, 1);
    states.merge(3, 2);
    CHECK(nearly_equal(states.result(0), std::to_string(expected)));
    CHECK(nearly_equal(states.result(3), states.result(0)));
  }
}

}  // namespace
}  // namespace pactolus::testing

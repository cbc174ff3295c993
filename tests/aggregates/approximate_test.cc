// The aggregates that estimate: compared with the truth, within the error that they state.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "aggregates/group_states.h"
#include "aggregates/hyper_log_log.h"
#include "aggregates/quantile_sketch.h"
#include "aggregates/registry.h"
#include "expr/batch_of_text.h"

namespace pactolus::testing {
namespace {

std::string approx_count_distinct(const std::string& type, const std::vector<std::string>& values) {
  auto aggregate =
      bind_aggregate(*find_aggregate("approx_count_distinct"), std::vector{parse_type(type).value()});
  auto columns = batch_of({{"value", type, values}}).batch.columns;
  GroupStates states(*aggregate, 1);
  for (uint32_t row = 0; row < values.size(); ++row) states.add(columns, {row}, {0});
  return states.result(0);
}

TEST_CASE("approx_count_distinct: counts few values exactly, equal ones once, nulls not at all") {
  CHECK(approx_count_distinct("text", {}) == "0");
  CHECK(approx_count_distinct("text", {"NULL"}) == "0");
  CHECK(approx_count_distinct("text", {"a", "b", "NULL", "a", "''"}) == "3");
  CHECK(approx_count_distinct("numeric", {"1.0", "1.00", "1", "2"}) == "2");
  CHECK(approx_count_distinct("double precision", {"-0", "0", "NaN", "NaN"}) == "2");
  CHECK(approx_count_distinct("interval", {"1 mon", "30 days"}) == "1");
}

TEST_CASE("approx_count_distinct: groups of a batch, batches and merges give what one state gives") {
  std::vector<std::string> values;
  for (int i = 0; i < 600; ++i) values.push_back(std::to_string(i % 450));
  auto columns = batch_of({{"value", "bigint", values}}).batch.columns;
  auto aggregate = bind_aggregate(*find_aggregate("approx_count_distinct"), std::vector{kBigintType});
  GroupStates states(*aggregate, 4);
  std::vector<uint32_t> rows;
  std::vector<size_t> halves;
  for (uint32_t row = 0; row < values.size(); ++row) {
    rows.push_back(row);
    halves.push_back(row % 2);
    states.add(columns, {row}, {2});
  }
  states.add(columns, rows, halves);
  CHECK(states.result(0) == "225");  // still counted
  CHECK(states.result(1) == "225");
  states.merge(3, 0);
  states.merge(3, 1);
  CHECK(states.result(3) == states.result(2));
  CHECK(std::abs(std::stod(states.result(3)) - 450) < 5 * 0.0163 * 450);
}

HyperLogLog sketch_of(std::mt19937_64& random, size_t count) {
  HyperLogLog sketch;
  for (size_t i = 0; i < count; ++i) sketch.add(random());
  return sketch;
}

TEST_CASE("HyperLogLog: the error is as stated, from the first estimate to millions") {
  std::mt19937_64 random{1};
  for (size_t count : {257, 400, 1000, 3000, 10'000, 30'000, 100'000}) {
    constexpr int kTimes = 60;
    double squares = 0;
    double bias = 0;
    for (int i = 0; i < kTimes; ++i) {
      const double error = sketch_of(random, count).estimate() / static_cast<double>(count) - 1;
      squares += error * error;
      bias += error;
    }
    INFO(count << " values");
    CHECK(std::sqrt(squares / kTimes) < 0.0163 * 1.35);  // 60 times: by chance once in 10000
    CHECK(std::abs(bias / kTimes) < 4 * 0.0163 / std::sqrt(kTimes));
  }
  CHECK(std::abs(sketch_of(random, 3'000'000).estimate() / 3e6 - 1) < 5 * 0.0163);
}

TEST_CASE("HyperLogLog: its bytes hold it all, and don't depend on the order of additions and merges") {
  std::mt19937_64 random{2};
  for (size_t count : {0, 1, 100, 256, 257, 5000}) {
    std::vector<uint64_t> hashes(count);
    for (uint64_t& hash : hashes) hash = random();
    HyperLogLog one;
    HyperLogLog parts[3];
    for (size_t i = 0; i < count; ++i) {
      one.add(hashes[i]);
      parts[i % 3].add(hashes[count - 1 - i]);
      if (i % 7 == 0) one = HyperLogLog{one.bytes()};
    }
    HyperLogLog merged;
    for (size_t i : {2, 0, 1}) merged.merge(HyperLogLog{parts[i].bytes()});
    INFO(count << " values");
    CHECK(merged.bytes() == one.bytes());
    CHECK(one.bytes().size() <= HyperLogLog::kBytesMax);
    CHECK((count > 256) == (one.bytes().size() == HyperLogLog::kBytesMax));
    HyperLogLog again{one.bytes()};
    for (uint64_t hash : hashes) again.add(hash);
    again.merge(merged);
    CHECK_FALSE(again.changed());
  }
}

/// How far the rank of the estimate is from the asked one, in parts of all values; ties count in its favour.
double rank_error(const std::vector<double>& sorted, const QuantileSketch& sketch, double fraction) {
  const double value = sketch.quantile(fraction);
  const auto [first, last] = std::ranges::equal_range(sorted, value);
  const auto count = static_cast<double>(sorted.size());
  const double low = static_cast<double>(first - sorted.begin()) / count;
  const double high = static_cast<double>(last - sorted.begin()) / count;
  CHECK(high > low);  // it is one of the values
  return fraction < low ? low - fraction : fraction > high ? fraction - high : 0;
}

std::vector<std::vector<double>> shapes(std::mt19937_64& random, size_t count) {
  std::vector<std::vector<double>> shapes(6);
  std::lognormal_distribution<double> amounts(3, 1.5);
  for (size_t i = 0; i < count; ++i) {
    shapes[0].push_back(static_cast<double>(i));
    shapes[1].push_back(-static_cast<double>(i));
    shapes[2].push_back(std::round(amounts(random) * 100) / 100);
    shapes[3].push_back(static_cast<double>(random() % 3));
    shapes[4].push_back(i % 2 == 0 ? static_cast<double>(i) : -static_cast<double>(i));
    shapes[5].push_back(static_cast<double>(random()));
  }
  return shapes;
}

TEST_CASE("QuantileSketch: ranks are off by less than stated, in one piece and merged") {
  std::mt19937_64 random{3};
  int bad = 0;
  int asked = 0;
  for (size_t count : {300, 5000, 60'000}) {
    for (const std::vector<double>& values : shapes(random, count)) {
      QuantileSketch one;
      QuantileSketch parts[5];
      for (size_t i = 0; i < count; ++i) {
        one.add(values[i]);
        parts[i * i % 5].add(values[i]);
        if (i % 1000 == 0) one = QuantileSketch{one.bytes()};
      }
      QuantileSketch merged;
      for (const QuantileSketch& part : parts) merged.merge(part);
      CHECK(merged.count() == count);
      CHECK(one.bytes().size() < QuantileSketch::kBytesMax);
      CHECK(merged.bytes().size() < QuantileSketch::kBytesMax);
      std::vector<double> sorted = values;
      std::ranges::sort(sorted);
      for (double fraction : {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        for (const QuantileSketch* sketch : {&one, &merged}) {
          const double error = rank_error(sorted, *sketch, fraction);
          ++asked;
          if (error >= 0.0133) ++bad;
          CHECK(error < 0.03);
        }
      }
      CHECK(one.quantile(0) == sorted.front());
      CHECK(merged.quantile(1) == sorted.back());
    }
  }
  INFO(bad << " of " << asked);
  CHECK(bad <= asked / 100);
}

TEST_CASE("QuantileSketch: fewer than 200 values are exact") {
  std::mt19937_64 random{4};
  std::vector<double> values;
  QuantileSketch sketch;
  for (size_t count = 1; count < 200; ++count) {
    values.push_back(static_cast<double>(random() % 100));
    sketch.add(values.back());
    std::vector<double> sorted = values;
    std::ranges::sort(sorted);
    for (double fraction : {0.0, 0.1, 0.5, 0.99, 1.0}) {
      // percentile_disc
      const double rank = std::max(1.0, std::ceil(fraction * static_cast<double>(count)));
      CHECK(sketch.quantile(fraction) == sorted[static_cast<size_t>(rank) - 1]);
    }
  }
}

std::string approx_percentile(const std::vector<std::string>& values,
                              const std::vector<std::string>& fractions) {
  auto aggregate =
      bind_aggregate(*find_aggregate("approx_percentile"), std::vector{kDoubleType, kDoubleType});
  auto columns =
      batch_of({{"value", "double precision", values}, {"fraction", "double precision", fractions}})
          .batch.columns;
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < values.size(); ++row) rows.push_back(row);
  GroupStates states(*aggregate, 4);
  states.add(columns, rows, std::vector<size_t>(rows.size(), 0));
  for (uint32_t row : rows) {
    states.add(columns, {row}, {1});
    states.add(columns, {row}, {2U + row % 2});
  }
  CHECK(states.result(1) == states.result(0));
  states.merge(2, 3);
  CHECK(states.result(2) == states.result(0));
  return states.result(0);
}

TEST_CASE("approx_percentile: the discrete percentile; rows with nulls are left out, NaN is the greatest") {
  CHECK(approx_percentile({}, {}) == "NULL");
  CHECK(approx_percentile({"NULL", "1"}, {"0.5", "NULL"}) == "NULL");
  CHECK(approx_percentile({"3", "1", "NULL", "2"}, {"0.5", "0.5", "0.5", "0.5"}) == "2");
  CHECK(approx_percentile({"3", "1", "7", "2"}, {"0.5", "0.5", "0.5", "0.5"}) == "2");
  CHECK(approx_percentile({"NaN", "1", "Infinity"}, {"1", "1", "1"}) == "NaN");
  CHECK(approx_percentile({"NaN", "1", "Infinity"}, {"0.6", "0.6", "0.6"}) == "Infinity");
}

TEST_CASE("approx_percentile: a fraction that is none, or another in the same group, is an error") {
  CHECK(approx_percentile({"1"}, {"1.01"}) == "ERROR 22003");
  CHECK(approx_percentile({"1"}, {"-0.5"}) == "ERROR 22003");
  CHECK(approx_percentile({"1"}, {"NaN"}) == "ERROR 22003");
  CHECK(approx_percentile({"1", "2"}, {"0.5", "0.6"}) == "ERROR 22003");
}

}  // namespace
}  // namespace pactolus::testing

// Results are those of PostgreSQL 15 for the same values.
#include <catch2/catch.hpp>

#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "base/arena.h"
#include "data/text_format.h"

namespace pactolus::testing {
namespace {

using Texts = std::vector<std::string>;

ColumnPtr column_of(Type type, const Texts& texts) {
  auto column = make_column(type, texts.size());
  auto memory = std::make_shared<Arena>();
  for (size_t row = 0; row < texts.size(); ++row) {
    if (texts[row] == "NULL") {
      column->set_null(row);
    } else {
      REQUIRE(parse_value(memory->copy(texts[row]), *column, row, *memory).ok());
    }
  }
  column->keep(std::move(memory));
  return column;
}

std::unique_ptr<const Aggregate> bound(const std::string& function, const std::vector<Type>& types) {
  const AggregateSpec* spec = find_aggregate(function);
  REQUIRE(spec);
  return bind_aggregate(*spec, types);
}

std::vector<uint32_t> all_rows(size_t count) {
  std::vector<uint32_t> rows(count);
  for (size_t i = 0; i < count; ++i) rows[i] = static_cast<uint32_t>(i);
  return rows;
}

/// The aggregate of all the values, which must not depend on how they are cut into batches; and must be the
/// same when two states are merged, unless `in_order` says that the order of additions matters.
std::string aggregated(const std::string& function, Type type, const Texts& texts, bool in_order = false) {
  auto aggregate = bound(function, {type});
  REQUIRE(aggregate);
  ColumnPtr column = column_of(type, texts);
  GroupStates states(*aggregate, 4);
  std::vector<uint32_t> rows = all_rows(texts.size());
  states.add(std::vector{column}, rows, std::vector<size_t>(rows.size(), 0));
  for (uint32_t row : rows) states.add(std::vector{column}, {row}, {1});
  for (uint32_t row : rows) states.add(std::vector{column}, {row}, {row < rows.size() / 2 ? 2U : 3U});
  states.merge(2, 3);
  CHECK(states.result(1) == states.result(0));
  if (aggregate->blob_offsets().empty()) CHECK(states.words(1) == states.words(0));
  if (!in_order) CHECK(states.result(2) == states.result(0));
  return to_string(Type{aggregate->result_type().kind}) + " " + states.result(0);
}

TEST_CASE("count(*) counts rows, count(x) values") {
  auto star = bound("count", {});
  auto values = bound("count", {kTextType});
  ColumnPtr column = column_of(kTextType, {"a", "NULL", "", "NULL"});
  GroupStates rows_counted(*star, 1);
  rows_counted.add({}, {0, 1, 2, 3}, {0, 0, 0, 0});
  CHECK(rows_counted.result(0) == "4");
  GroupStates values_counted(*values, 2);
  values_counted.add(std::vector{column}, {0, 1, 2, 3}, {0, 0, 0, 0});
  CHECK(values_counted.result(0) == "2");
  CHECK(values_counted.result(1) == "0");
  CHECK(values->result_type() == kBigintType);
}

TEST_CASE("no value at all gives null") {
  for (const char* function : {"sum", "avg", "min", "max"}) {
    CHECK(aggregated(function, kNumericType, {}) == "numeric NULL");
    CHECK(aggregated(function, kNumericType, {"NULL", "NULL"}) == "numeric NULL");
    CHECK(aggregated(function, kDoubleType, {"NULL"}) == "double precision NULL");
  }
  CHECK(aggregated("max", kTextType, {"NULL"}) == "text NULL");
  CHECK(aggregated("sum", kIntervalType, {"NULL"}) == "interval NULL");
}

TEST_CASE("sums have PostgreSQL's types and scales") {
  CHECK(aggregated("sum", kIntegerType, {"1", "NULL", "-3"}) == "bigint -2");
  CHECK(aggregated("sum", kIntegerType, {"2147483647", "2147483647"}) == "bigint 4294967294");
  CHECK(aggregated("sum", kBigintType, {"9223372036854775807", "9223372036854775807", "1"}) ==
        "numeric 18446744073709551615");
  CHECK(aggregated("sum", kBigintType, {"-9223372036854775808", "-1"}) == "numeric -9223372036854775809");
  CHECK(aggregated("sum", kNumericType, {"1.5", "2.25", "NULL", "-0.125"}) == "numeric 3.625");
  CHECK(aggregated("sum", kNumericType, {"1.00", "-1"}) == "numeric 0.00");
  CHECK(aggregated("sum", kNumericType, {"0.000", "5"}) == "numeric 5.000");
  CHECK(aggregated("sum", {TypeKind::kNumeric, 12, 2}, {"0.10", "0.20"}) == "numeric 0.30");
  CHECK(aggregated("sum", kDoubleType, {"0.5", "NULL", "0.25"}) == "double precision 0.75");
  CHECK(aggregated("sum", kDoubleType, {"-0"}) == "double precision -0");
  CHECK(aggregated("sum", kIntervalType, {"1 mon 2 days", "-1 days 01:00:00", "NULL"}) ==
        "interval 1 mon 1 day 01:00:00");
}

TEST_CASE("averages show as many digits as PostgreSQL's") {
  CHECK(aggregated("avg", kIntegerType, {"1", "2"}) == "numeric 1.5000000000000000");
  CHECK(aggregated("avg", kIntegerType, {"10", "20", "21"}) == "numeric 17.0000000000000000");
  CHECK(aggregated("avg", kBigintType, {"9223372036854775807", "1"}) == "numeric 4611686018427387904");
  CHECK(aggregated("avg", kNumericType, {"1.10", "2.25", "NULL"}) == "numeric 1.6750000000000000");
  CHECK(aggregated("avg", kNumericType, {"0.00"}) == "numeric 0.00000000000000000000");
  CHECK(aggregated("avg", kNumericType, {"100000.01", "2"}) == "numeric 50001.005000000000");
  CHECK(aggregated("avg", kDoubleType, {"1", "2", "4"}) == "double precision 2.3333333333333335");
}

TEST_CASE("min and max cover every ordered type") {
  CHECK(aggregated("min", kIntegerType, {"3", "-1", "NULL"}) == "integer -1");
  CHECK(aggregated("max", kBigintType, {"-5", "-9"}) == "bigint -5");
  CHECK(aggregated("max", kDoubleType, {"1", "NaN", "Infinity"}) == "double precision NaN");
  CHECK(aggregated("min", kDoubleType, {"1", "NaN", "-Infinity"}) == "double precision -Infinity");
  CHECK(aggregated("min", kDateType, {"2026-01-02", "2025-12-31"}) == "date 2025-12-31");
  CHECK(aggregated("max", kTimestamptzType, {"2026-01-02", "2025-12-31"}) ==
        "timestamp with time zone 2026-01-02 00:00:00+00");
  CHECK(aggregated("max", kIntervalType, {"1 mon", "29 days", "30 days 00:00:01"}) ==
        "interval 30 days 00:00:01");
  CHECK(aggregated("min", kTextType, {"b", "a", "é", "NULL"}) == "text a");
  CHECK(aggregated("max", kTextType, {"b", "a", "é", "Z"}) == "text é");
  CHECK(aggregated("min", kTextType, {"b", ""}) == "text ''");
  CHECK(aggregated("max", {TypeKind::kNumeric, 12, 2}, {"1.50", "1.75"}) == "numeric 1.75");
}

TEST_CASE("of equal values min and max show the last one") {
  CHECK(aggregated("min", kNumericType, {"1.0", "1.000", "1.00"}) == "numeric 1.00");
  CHECK(aggregated("max", kNumericType, {"1.0", "1.000", "1.00"}) == "numeric 1.00");
  CHECK(aggregated("max", kIntervalType, {"1 mon", "30 days"}) == "interval 30 days");
}

TEST_CASE("a result that can't be represented is that row's error, and adding goes on") {
  const std::string largest(38, '9');
  CHECK(aggregated("sum", kNumericType, {largest, "1"}) == "numeric ERROR 22003");
  CHECK(aggregated("sum", kNumericType, {largest, "1", "-1"}) == "numeric " + largest);
  CHECK(aggregated("sum", kNumericType, {largest, largest, "-" + largest, "-" + largest}) == "numeric 0");
  CHECK(aggregated("sum", kNumericType, {largest, "1e-30"}) == "numeric ERROR 22003");
  CHECK(aggregated("sum", kNumericType, {largest, "1e-15", "-" + largest}) == "numeric 0.000000000000001");
  CHECK(aggregated("avg", kNumericType, {largest, "1"}) == "numeric ERROR 22003");
  CHECK(aggregated("sum", kDoubleType, {"1e308", "1e308"}) == "double precision ERROR 22003");
  CHECK(aggregated("sum", kDoubleType, {"1e308", "1e308", "-1e308"}, true) == "double precision ERROR 22003");
  CHECK(aggregated("avg", kDoubleType, {"-1e308", "-1e308"}) == "double precision ERROR 22003");
  CHECK(aggregated("sum", kDoubleType, {"Infinity", "1"}) == "double precision Infinity");
  CHECK(aggregated("sum", kDoubleType, {"Infinity", "-Infinity"}) == "double precision NaN");
  CHECK(aggregated("sum", kIntervalType, {"2147483647 days", "1 day"}) == "interval ERROR 22008");
  CHECK(aggregated("sum", kIntervalType, {"2147483647 days", "1 day", "-1 day"}) ==
        "interval 2147483647 days");
}

TEST_CASE("scales that lie far apart set the sum's overflow for good") {
  std::string tiny = "0." + std::string(99, '0') + "1";
  CHECK(aggregated("sum", kNumericType, {tiny, tiny}) == "numeric 0." + std::string(99, '0') + "2");
  CHECK(aggregated("sum", kNumericType, {"12345678901234567890", tiny, "1"}) == "numeric ERROR 22003");
  CHECK(aggregated("sum", kNumericType, {tiny, "-12345678901234567890123456789012345678", tiny}) ==
        "numeric ERROR 22003");
}

TEST_CASE("sums are exact whatever the order and the signs") {
  const Texts values = {"99999999999999999999999999999999999.99",
                        "-0.01",
                        "-99999999999999999999999999999999999.98",
                        "1",
                        "-1.005",
                        "0.005"};
  CHECK(aggregated("sum", kNumericType, values) == "numeric 0.000");
  CHECK(aggregated("sum", kNumericType, {"-5", "-0.50"}) == "numeric -5.50");
  CHECK(aggregated("sum", kNumericType, {"-0.50", "-5"}) == "numeric -5.50");
}

TEST_CASE("rows go to the states they are given, in order, also to the same one") {
  auto aggregate = bound("sum", {kNumericType});
  ColumnPtr column = column_of(kNumericType, {"1", "2", "NULL", "4", "8"});
  GroupStates states(*aggregate, 2);
  states.add(std::vector{column}, {0, 1, 2, 4}, {1, 0, 0, 1});
  CHECK(states.result(0) == "2");
  CHECK(states.result(1) == "9");
}

TEST_CASE("a text kept by min or max survives its batch, and replaced ones are freed at the commit") {
  auto aggregate = bound("max", {kTextType});
  GroupStates states(*aggregate, 1);
  for (const char* text : {"a first text", "b second text", "a third text"}) {
    ColumnPtr column = column_of(kTextType, {text});
    states.add(std::vector{column}, {0}, {0});
  }
  CHECK(states.result(0) == "b second text");
  states.heap().commit();
  CHECK(states.heap().bytes() == std::string("b second text").size());
}

TEST_CASE(
    "min_by and max_by keep the first of equal keys, also of states that are merged, and free what they let "
    "go") {
  auto aggregate = bind_aggregate(*find_aggregate("max_by"), std::vector<Type>{kTextType, kTextType});
  const std::vector<ColumnPtr> columns = {column_of(kTextType, {"first", "second", "NULL", "third"}),
                                          column_of(kTextType, {"k", "k", "l", "NULL"})};
  GroupStates states(*aggregate, 3);
  states.add(columns, {0, 1, 3}, {0, 0, 0});
  states.add(columns, {1}, {1});
  states.merge(1, 0);
  states.merge(0, 2);
  CHECK(states.result(0) == "first");
  CHECK(states.result(1) == "second");
  CHECK(states.result(2) == "NULL");
  states.add(columns, {2, 0}, {0, 0});
  CHECK(states.result(0) == "NULL");  // the value at the greatest key
  states.merge(1, 0);
  CHECK(states.result(1) == "NULL");
  states.heap().commit();
  CHECK(states.heap().bytes() == 2);  // two keys
}

TEST_CASE("types without the function don't bind") {
  for (const char* function : {"sum", "avg"}) {
    for (Type type : {kTextType, kBooleanType, kDateType, kTimestamptzType})
      CHECK_FALSE(bound(function, {type}));
  }
  CHECK_FALSE(bound("min", {kBooleanType}));
  CHECK_FALSE(bound("sum", {}));
  CHECK_FALSE(bound("sum", {kIntegerType, kIntegerType}));
  CHECK(find_aggregate("SUM") == find_aggregate("sum"));
  CHECK(find_aggregate("median") == nullptr);
}

TEST_CASE("every aggregate's example and signature name it, and only count takes *") {
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    INFO(spec->name);
    std::string name(spec->name);
    CHECK(spec->example.starts_with(name + "("));
    CHECK(spec->signature.starts_with(name + "("));
    CHECK(spec->takes_star == (name == "count"));
    CHECK((bind_aggregate(*spec, {}) != nullptr) == spec->takes_star);
  }
}

TEST_CASE("states begin as zeroes, are a multiple of 8 bytes, and hold no stray bytes") {
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    for (Type type :
         {kIntegerType, kBigintType, kNumericType, kDoubleType, kIntervalType, kDateType, kTextType}) {
      auto ordered_set = bind_ordered_set(*spec, {.value = type, .fraction = 0.5});
      auto aggregate = spec->bind != nullptr ? spec->bind(std::vector<Type>{type}) : nullptr;
      if (!aggregate && !ordered_set) continue;
      const AggregateState& state = aggregate ? static_cast<const AggregateState&>(*aggregate) : *ordered_set;
      CHECK(state.state_size() % 8 == 0);
      CHECK(state.state_size() > 0);
      for (size_t offset : state.blob_offsets()) CHECK(offset + sizeof(BlobRef) <= state.state_size());
      if (ordered_set) CHECK(ordered_set->entry_size() % 8 == 0);
    }
  }
}

}  // namespace
}  // namespace pactolus::testing

// Aggregates whose state is an array.
#include <catch2/catch.hpp>

#include "aggregates/group_states.h"
#include "aggregates/registry.h"

namespace pactolus::testing {
namespace {

std::unique_ptr<const Aggregate> bound(const char* name, std::vector<Type> types) {
  return bind_aggregate(*find_aggregate(name), types);
}

std::shared_ptr<Column> texts(std::vector<std::string_view> values) {
  auto column = make_column(kTextType, values.size());
  std::copy(values.begin(), values.end(), column->values_of<TypeKind::kText>());
  return column;
}

/// Adds these rows of the columns to one of the states.
void add(GroupStates& states, const std::vector<ColumnPtr>& arguments, std::vector<uint32_t> rows,
         size_t state) {
  const std::vector<size_t> of_rows(rows.size(), state);
  states.add(arguments, rows, of_rows);
}

std::shared_ptr<Column> integers(std::vector<int32_t> values) {
  auto column = make_column(kIntegerType, values.size());
  std::copy(values.begin(), values.end(), column->values_of<TypeKind::kInteger>());
  return column;
}

}  // namespace

TEST_CASE("array_agg: a result that became too long is an error for good, and its values are let go of") {
  const auto aggregate = bound("array_agg", {kTextType});
  const std::string half(9'000, 'x');
  const auto values = texts({half, half, "y"});
  GroupStates states(*aggregate, 2);
  add(states, {values}, {0}, 0);
  CHECK(states.result(0) == "{" + half + "}");
  add(states, {values}, {1}, 0);
  CHECK(states.result(0) == "ERROR 54000");
  add(states, {values}, {2}, 0);
  CHECK(states.result(0) == "ERROR 54000");
  add(states, {values}, {2}, 1);
  states.merge(1, 0);
  CHECK(states.result(1) == "ERROR 54000");
}

TEST_CASE("array_agg: very many NULLs are too long, too") {
  const auto aggregate = bound("array_agg", {kTextType});
  const auto column = make_column(kTextType, 5'000);
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < column->rows(); ++row) {
    column->set_null(row);
    rows.push_back(row);
  }
  GroupStates states(*aggregate, 1);
  add(states, {column}, rows, 0);
  CHECK(states.result(0) == "ERROR 54000");
}

TEST_CASE("top_k: all rows must want the same number of values") {
  const auto aggregate = bound("top_k", {kIntegerType, kIntegerType});
  const auto values = integers({5, 9, 7});
  const auto counts = integers({2, 2, 3});
  GroupStates states(*aggregate, 3);
  add(states, {values, counts}, {0, 1}, 0);
  CHECK(states.result(0) == "{9,5}");
  add(states, {values, counts}, {2}, 1);
  CHECK(states.result(1) == "{7}");
  states.merge(0, 1);
  CHECK(states.result(0) == "ERROR 22023");
  states.merge(2, 1);
  CHECK(states.result(2) == "{7}");
}

TEST_CASE("histogram: rows are counted by bucket, those outside, too, and never in silence left out") {
  const auto aggregate = bound("histogram", {kIntegerType, kIntegerType});
  const auto buckets = integers({0, 1, 2, 3, 2, 4, 1});
  const auto numbers = integers({2, 2, 2, 2, 2, 2, 3});
  GroupStates states(*aggregate, 3);
  add(states, {buckets, numbers}, {0, 1, 2, 3}, 0);
  CHECK(states.result(0) == "{1,1,1,1}");
  add(states, {buckets, numbers}, {4, 4}, 1);
  states.merge(0, 1);
  CHECK(states.result(0) == "{1,1,3,1}");
  add(states, {buckets, numbers}, {5}, 1);
  CHECK(states.result(1) == "ERROR 22023");
  add(states, {buckets, numbers}, {6}, 2);
  CHECK(states.result(2) == "{0,1,0,0,0}");
  states.merge(0, 2);
  CHECK(states.result(0) == "ERROR 22023");
}

}  // namespace pactolus::testing

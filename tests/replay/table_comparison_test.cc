#include <catch2/catch.hpp>

#include "replay/table_comparison.h"

namespace pactolus {
namespace {

/// A table of whole numbers; nothing in an expected row means that the column is not named.
TableComparison table_of(std::vector<std::vector<std::optional<int>>> expected,
                         std::vector<std::vector<int>> arrived, bool in_order = false) {
  TableComparison table;
  table.columns = {"a", "b"};
  for (const auto& row : expected) {
    ExpectedCells& cells = table.expected.emplace_back();
    for (size_t column = 0; column < row.size(); ++column) {
      if (row[column]) cells.emplace(column, untyped_cell(std::to_string(*row[column])));
    }
  }
  for (const auto& row : arrived) {
    ArrivedCells& cells = table.arrived.emplace_back();
    for (int value : row) cells.emplace_back(untyped_cell(std::to_string(value)));
  }
  pair_rows(table, in_order);
  return table;
}

TEST_CASE("rows as a set agree in any order") {
  CHECK(table_of({{1, 2}, {3, 4}}, {{3, 4}, {1, 2}}).agrees());
  CHECK_FALSE(table_of({{1, 2}, {3, 4}}, {{3, 4}, {1, 2}}, true).agrees());
}

TEST_CASE("nothing expected means that nothing may come") {
  CHECK(table_of({}, {}).agrees());
  CHECK_FALSE(table_of({}, {{1, 2}}).agrees());
}

TEST_CASE("a row counts as often as it is expected") {
  CHECK_FALSE(table_of({{1, 2}}, {{1, 2}, {1, 2}}).agrees());
  CHECK_FALSE(table_of({{1, 2}, {1, 2}}, {{1, 2}}).agrees());
}

TEST_CASE("a row that names few columns leaves to the others the rows that only they can have") {
  CHECK(table_of({{1, std::nullopt}, {1, 2}}, {{1, 2}, {1, 3}}).agrees());
  CHECK(table_of({{1, std::nullopt}, {1, std::nullopt}, {1, 2}}, {{1, 2}, {1, 3}, {1, 4}}).agrees());
}

TEST_CASE("what is left is paired by likeness, to show what differs") {
  TableComparison table = table_of({{1, 2}, {5, 6}}, {{5, 7}, {8, 9}});
  REQUIRE(table.pairs.size() == 3);
  CHECK_FALSE(table.pairs[0].arrived);
  CHECK(table.pairs[1].arrived == 0U);
  CHECK(table.pairs[1].differing == std::vector<size_t>{1});
  CHECK_FALSE(table.pairs[2].expected);
}

TEST_CASE("in order, one missing row does not make all behind it differ") {
  TableComparison table = table_of({{1, 1}, {2, 2}, {3, 3}}, {{2, 2}, {3, 3}}, true);
  REQUIRE(table.pairs.size() == 3);
  CHECK_FALSE(table.pairs[0].arrived);
  CHECK(table.pairs[1].agrees());
  CHECK(table.pairs[2].agrees());
}

TEST_CASE("cells are equal as SQL's = says, and NULL is only NULL") {
  CHECK(cell_of("1.0", kNumericType) == cell_of("1.00", kNumericType));
  CHECK(cell_of("2026-01-01T01:00:00+01:00", kTimestamptzType) ==
        cell_of("2026-01-01T00:00:00Z", kTimestamptzType));
  CHECK(cell_of("2026-01-01 01:00", kTimestampType) == cell_of("2026-01-01T01:00:00", kTimestampType));
  CHECK_FALSE(cell_of("2026-01-01T01:00:00Z", kTimestampType) ==
              cell_of("2026-01-01T01:00:00", kTimestampType));
  CHECK(cell_of("1 mon", kIntervalType) == cell_of("30 days", kIntervalType));
  CHECK(cell_of("-0", kDoubleType) == cell_of("0", kDoubleType));
  CHECK(cell_of("t", kBooleanType) == cell_of("true", kBooleanType));
  CHECK_FALSE(cell_of("1.0", kTextType) == cell_of("1.00", kTextType));
  CHECK_FALSE(cell_of("0.1", kNumericType) == cell_of("0.10000000000000001", kNumericType));
  CHECK_FALSE(null_cell() == cell_of("NULL", kTextType));
  CHECK_FALSE(null_cell() == cell_of("", kTextType));
}

}  // namespace
}  // namespace pactolus

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/cell.h"

namespace pactolus {

/// What an expected row says, by column; columns that it doesn't name may hold anything.
using ExpectedCells = std::map<size_t, Cell>;
/// A row that came; a column may be absent (a dead letter without the field): it equals nothing.
using ArrivedCells = std::vector<std::optional<Cell>>;

/// An expected row, the row that came for it, or both.
struct RowPair {
  std::optional<size_t> expected;
  std::optional<size_t> arrived;
  std::vector<size_t> differing;  // columns, if there are both

  bool agrees() const { return expected && arrived && differing.empty(); }
};

/// What was expected of one sink and what came, row by row. A value.
struct TableComparison {
  std::string name;
  std::vector<std::string> columns;
  std::vector<size_t> telling;  // columns that explain a difference, also if no expected row names them
  std::vector<ExpectedCells> expected;
  std::vector<ArrivedCells> arrived;
  std::vector<RowPair> pairs;  // expected rows in their order, unexpected ones behind (in_order: between)

  bool agrees() const;
};

/// Fills `pairs`. As sets: every expected row gets an equal one if that can be had for all; what is left is
/// paired by likeness, to show what differs. In order: the longest common sequence, and between its rows by
/// position.
void pair_rows(TableComparison& table, bool in_order);

}  // namespace pactolus

// Runs tests/expr/cases.txt, whose answers a real PostgreSQL gave.
#include <catch2/catch.hpp>

#include <fstream>

#include "base/diagnostic.h"
#include "expr/batch_of_text.h"
#include "expr/binder.h"
#include "expr/expression_answer.h"

namespace pactolus::testing {
namespace {

struct CaseTable {
  std::vector<TextColumn> columns;
  std::vector<std::vector<std::string>> cases;  // expression, type, values
};

CaseTable read_table() {
  CaseTable table;
  std::ifstream file("tests/expr/cases.txt");
  REQUIRE(file.good());
  const std::string column = "column ";
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("! ")) line.erase(0, 2);
    bool is_column = line.starts_with(column);
    std::vector<std::string> parts = split_cells(is_column ? line.substr(column.size()) : line);
    if (is_column) {
      table.columns.push_back(text_column(parts));
    } else {
      table.cases.push_back(std::move(parts));
    }
  }
  return table;
}

TEST_CASE("expressions give what PostgreSQL gives") {
  CaseTable table = read_table();
  TestBatch rows = batch_of(table.columns);
  CHECK(table.cases.size() > 500);
  for (const std::vector<std::string>& wanted : table.cases) {
    std::vector<std::string> got = answer(wanted[0], rows);
    std::vector<std::string> expected(wanted.begin() + 1, wanted.end());
    // A constant is the same for all rows, and so is a finding.
    if (expected.size() == 2) expected.resize(got.size(), expected[1]);
    INFO(wanted[0]);
    CHECK(got == expected);
  }
}

TEST_CASE("an expression gives the same for some rows as for all of them") {
  CaseTable table = read_table();
  TestBatch rows = batch_of(table.columns);
  const std::vector<uint32_t> some = {1, 3};
  for (const std::vector<std::string>& wanted : table.cases) {
    Scope scope;
    scope.inputs = {{"", &rows.schema}};
    Diagnostics diagnostics;
    ExpressionPtr bound = bind_expression(SourceText::verbatim(wanted[0], "cases.txt"), scope, diagnostics);
    if (!bound) continue;
    RowErrors all_errors;
    RowErrors some_errors;
    ColumnPtr of_all = bound->evaluate(rows.batch, rows.batch.selection, all_errors);
    ColumnPtr of_some = bound->evaluate(rows.batch, some, some_errors);
    INFO(wanted[0]);
    for (uint32_t row : some) CHECK(shown(*of_all, row) == shown(*of_some, row));
    for (const RowError& error : some_errors.take()) CHECK((error.row == 1 || error.row == 3));
  }
}

}  // namespace
}  // namespace pactolus::testing

// Runs tests/expr/cases.txt, whose answers a real PostgreSQL gave.
#include <catch2/catch.hpp>

#include <fstream>
#include <map>

#include "base/diagnostic.h"
#include "expr/batch_of_text.h"
#include "expr/binder.h"

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

/// The SQLSTATE that PostgreSQL has for a finding.
std::string sqlstate_of(const Diagnostic& diagnostic) {
  static const std::string kMark = "(SQLSTATE ";
  if (size_t at = diagnostic.message.find(kMark); at != std::string::npos) {
    return diagnostic.message.substr(at + kMark.size(), 5);
  }
  if (diagnostic.message.find("does not exist: ") != std::string::npos) return "42883";
  static const std::map<std::string, std::string> kStates = {
      {"unknown-column", "42703"},     {"unknown-function", "42883"},   {"unknown-operator", "42883"},
      {"wrong-arguments", "42883"},    {"type-mismatch", "42804"},      {"cannot-cast", "42846"},
      {"ambiguous-operator", "42725"}, {"ambiguous-function", "42725"}, {"unknown-type", "42704"},
      {"syntax-error", "42601"}};
  auto found = kStates.find(diagnostic.code);
  return found == kStates.end() ? diagnostic.code : found->second;
}

/// Type and values as the table writes them.
std::vector<std::string> answer(const std::string& expression, const TestBatch& rows) {
  Scope scope;
  scope.input = &rows.schema;
  scope.qualifiers = {"r"};
  Diagnostics diagnostics;
  ExpressionPtr bound = bind_expression(SourceText::verbatim(expression, "cases.txt"), scope, diagnostics);
  if (!bound) return {"-", "ERROR " + sqlstate_of(diagnostics.sorted().front())};
  RowErrors errors;
  ColumnPtr values = bound->evaluate(rows.batch, rows.batch.selection, errors);
  std::vector<std::string> result = {to_string(Type{bound->type().kind})};
  for (size_t row = 0; row < rows.batch.rows(); ++row) result.push_back(shown(*values, row));
  for (const RowError& error : errors.take()) result[1 + error.row] = "ERROR " + error.code;
  return result;
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
    scope.input = &rows.schema;
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

// How expressions are evaluated: nulls, laziness, failing rows, memory, the selection.
#include <catch2/catch.hpp>

#include "expr/batch_of_text.h"
#include "expr/binder.h"
#include "expr/registry.h"

namespace pactolus::testing {
namespace {

ExpressionPtr bound(const std::string& expression, const Schema& schema) {
  Scope scope;
  scope.inputs = {{"", &schema}};
  Diagnostics diagnostics;
  ExpressionPtr result = bind_expression(SourceText::verbatim(expression, "test"), scope, diagnostics);
  INFO(expression);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) FAIL(diagnostic.message);
  return result;
}

struct Outcome {
  std::vector<std::string> values;
  std::vector<RowError> errors;
};

Outcome evaluated(const std::string& expression, const TestBatch& rows,
                  const std::vector<uint32_t>& selection) {
  RowErrors errors;
  ColumnPtr column = bound(expression, rows.schema)->evaluate(rows.batch, selection, errors);
  CHECK(column->rows() == rows.batch.rows());
  Outcome outcome;
  outcome.errors = errors.take();
  for (uint32_t row : selection) outcome.values.push_back(shown(*column, row));
  return outcome;
}

std::vector<std::string> values(const std::string& expression, const TestBatch& rows) {
  Outcome outcome = evaluated(expression, rows, rows.batch.selection);
  CHECK(outcome.errors.empty());
  return outcome.values;
}

using Texts = std::vector<std::string>;

TEST_CASE("AND, OR and NOT have three values") {
  TestBatch rows = batch_of(
      {{"a", "boolean", {"true", "true", "true", "false", "false", "false", "NULL", "NULL", "NULL"}},
       {"b", "boolean", {"true", "false", "NULL", "true", "false", "NULL", "true", "false", "NULL"}}});
  CHECK(values("a AND b", rows) ==
        Texts{"true", "false", "NULL", "false", "false", "false", "NULL", "false", "NULL"});
  CHECK(values("a OR b", rows) ==
        Texts{"true", "true", "true", "true", "false", "NULL", "true", "NULL", "NULL"});
  CHECK(values("NOT a", rows) ==
        Texts{"false", "false", "false", "true", "true", "true", "NULL", "NULL", "NULL"});
  CHECK(values("a = b", rows) ==
        Texts{"true", "false", "NULL", "false", "true", "NULL", "NULL", "NULL", "NULL"});
  CHECK(values("a IS DISTINCT FROM b", rows) ==
        Texts{"false", "true", "true", "true", "false", "true", "true", "true", "false"});
}

TEST_CASE("CASE, COALESCE, AND and OR leave later operands alone where the earlier ones decided") {
  TestBatch rows = batch_of({{"x", "integer", {"0", "2", "NULL", "0"}}});
  CHECK(values("CASE WHEN x <> 0 THEN 1 / x END", rows) == Texts{"NULL", "0", "NULL", "NULL"});
  CHECK(values("x <> 0 AND 4 / x = 2", rows) == Texts{"false", "true", "NULL", "false"});
  CHECK(values("x = 0 OR 4 / x = 2", rows) == Texts{"true", "true", "NULL", "true"});
  CHECK(values("COALESCE(NULLIF(x, 2), 1 / (x - 2) + 7)",
               batch_of({{"x", "integer", {"0", "5", "1", "9"}}})) == Texts{"0", "5", "1", "9"});
  CHECK(values("CASE x WHEN 0 THEN -1 ELSE 4 / x END", rows) == Texts{"-1", "2", "NULL", "-1"});
}

TEST_CASE("a failing row is an error of that row only, once, and the others' values stand") {
  TestBatch rows = batch_of({{"x", "integer", {"1", "0", "NULL", "0", "4"}}});
  Outcome outcome = evaluated("8 / x + 1 / x", rows, {0, 1, 2, 3, 4});
  REQUIRE(outcome.errors.size() == 2);
  CHECK(outcome.errors[0].row == 1);
  CHECK(outcome.errors[0].code == "22012");
  CHECK(outcome.errors[0].message == "division by zero");
  CHECK(outcome.errors[1].row == 3);
  CHECK(outcome.values[0] == "9");
  CHECK(outcome.values[2] == "NULL");
  CHECK(outcome.values[4] == "2");
}

TEST_CASE("a product within a sum fails where it does alone, and what stands first fails first") {
  const std::string large(30, '9');
  TestBatch rows = batch_of({{"a", "numeric", {large, "1.5", "NULL", "2"}},
                             {"b", "numeric", {large, "2.0", large, "-3"}},
                             {"c", "numeric", {"1", "0.125", "1", "0.25"}},
                             {"null_c", "numeric", {"NULL", "NULL", "1", "NULL"}},
                             {"zero", "numeric", {"0", "1", "1", "4"}}});
  auto check = [&](const std::string& expression, const Texts& expected, const std::string& code) {
    INFO(expression);
    Outcome outcome = evaluated(expression, rows, {0, 1, 2, 3});
    REQUIRE(outcome.errors.size() == 1);
    CHECK(outcome.errors[0].row == 0);
    CHECK(outcome.errors[0].code == code);
    outcome.values[0] = "failed";
    CHECK(outcome.values == expected);
  };
  check("a * b + c", {"failed", "3.125", "NULL", "-5.75"}, "22003");
  check("a * b - c", {"failed", "2.875", "NULL", "-6.25"}, "22003");
  check("c + a * b", {"failed", "3.125", "NULL", "-5.75"}, "22003");
  check("c - a * b", {"failed", "-2.875", "NULL", "6.25"}, "22003");
  check("a * b + 1", {"failed", "4.00", "NULL", "-5"}, "22003");
  check("a * b + c * c", {"failed", "3.015625", "NULL", "-5.9375"}, "22003");
  check("a * b + null_c", {"failed", "NULL", "NULL", "NULL"}, "22003");
  check("null_c - a * b", {"failed", "NULL", "NULL", "NULL"}, "22003");
  check("a * b + c % zero", {"failed", "3.125", "NULL", "-5.75"}, "22003");
  check("c % zero + a * b", {"failed", "3.125", "NULL", "-5.75"}, "22012");
}

TEST_CASE("a null divisor is no division by zero") {
  TestBatch rows = batch_of({{"i", "integer", {"NULL"}},
                             {"n", "numeric", {"NULL"}},
                             {"d", "double precision", {"NULL"}},
                             {"v", "interval", {"NULL"}},
                             {"t", "text", {"NULL"}}});
  for (const char* expression :
       {"1 / i", "1 % i", "1.0 / n", "1.0 % n", "1::float8 / d", "interval '1 day' / d", "v / 0",
        "t::integer", "n::numeric(1,0)", "i / 0", "-v", "extract(epoch from v)"}) {
    INFO(expression);
    CHECK(values(expression, rows) == Texts{"NULL"});
  }
}

TEST_CASE("rows that are not asked for are not looked at") {
  TestBatch rows = batch_of({{"x", "integer", {"0", "2", "0", "5"}}, {"t", "text", {"a", "7", "b", "8"}}});
  Outcome outcome = evaluated("10 / x + t::integer", rows, {1, 3});
  CHECK(outcome.errors.empty());
  CHECK(outcome.values == Texts{"12", "10"});
  CHECK(evaluated("10 / x", rows, {}).values.empty());
}

TEST_CASE("text results outlive the batch and the expression") {
  ColumnPtr column;
  {
    TestBatch rows = batch_of({{"t", "text", {"Hello", "a longer text than any small buffer", "NULL"}}});
    ExpressionPtr expression =
        bound("CASE WHEN length(t) > 10 THEN upper(t) ELSE COALESCE(NULLIF(t, 'x'), 'none') || '!' END",
              rows.schema);
    RowErrors errors;
    column = expression->evaluate(rows.batch, rows.batch.selection, errors);
  }
  CHECK(shown(*column, 0) == "Hello!");
  CHECK(shown(*column, 1) == "A LONGER TEXT THAN ANY SMALL BUFFER");
  CHECK(shown(*column, 2) == "none!");
}

TEST_CASE("a text column passed on keeps its memory alive") {
  for (const char* expression :
       {"GREATEST(t, 'A constant')", "NULLIF(t, 'x')", "CASE WHEN true THEN t ELSE 'y' END",
        "CASE t WHEN 'x' THEN 'y' ELSE t END", "left(t, 99)", "btrim(t)", "split_part(t, '#', 1)",
        "substring(t || '!' FROM 1 FOR length(t))", "replace(t, '#', '!')", "concat(t)",
        "concat_ws('-', NULL, t)", "try(left(t, 99))",
        "try(CASE WHEN t = 'x' THEN (1 / length(''))::text ELSE t END)"}) {
    ColumnPtr column;
    {
      TestBatch rows = batch_of({{"t", "text", {"a text of more than sixteen bytes"}}});
      RowErrors errors;
      column = bound(expression, rows.schema)->evaluate(rows.batch, rows.batch.selection, errors);
    }
    CHECK(shown(*column, 0) == "a text of more than sixteen bytes");
  }
}

TEST_CASE("try gives NULL where its argument fails, and the other rows' values outlive the batch") {
  ColumnPtr column;
  {
    TestBatch rows = batch_of({{"t", "text", {"a text of more than sixteen bytes", "0", "NULL", "x"}},
                               {"i", "integer", {"1", "0", "1", "2"}}});
    RowErrors errors;
    column =
        bound("try(upper(t) || (2 / i))", rows.schema)->evaluate(rows.batch, rows.batch.selection, errors);
    CHECK(errors.empty());
  }
  CHECK(shown(*column, 0) == "A TEXT OF MORE THAN SIXTEEN BYTES2");
  CHECK(shown(*column, 1) == "NULL");
  CHECK(shown(*column, 2) == "NULL");
  CHECK(shown(*column, 3) == "X1");
}

TEST_CASE("event_time() is each row's event time") {
  TestBatch rows = batch_of({{"x", "integer", {"1", "2"}}});
  CHECK(values("event_time() + x * interval '1 hour'", rows) ==
        Texts{"2026-01-01 01:00:00+00", "2026-01-01 02:00:00+00"});
}

TEST_CASE("constants are values of their declared types, and columns come before them") {
  TestBatch rows = batch_of({{"factor", "integer", {"3"}}});
  const std::vector<Constant> constants = {{"factor", kIntegerType, "7"}, {"rate", kNumericType, "0.10"}};
  Scope scope;
  scope.inputs = {{"", &rows.schema}};
  scope.constants = constants;
  Diagnostics diagnostics;
  ExpressionPtr expression =
      bind_expression(SourceText::verbatim("factor * Rate", "test"), scope, diagnostics);
  REQUIRE(expression);
  RowErrors errors;
  CHECK(shown(*expression->evaluate(rows.batch, rows.batch.selection, errors), 0) == "0.30");
}

TEST_CASE("an expression knows the columns that it depends on, whether it can be null, and its type") {
  TestBatch rows =
      batch_of({{"a", "integer", {"NULL"}}, {"b", "numeric(12,2)", {"NULL"}}, {"c", "text", {"NULL"}}});
  std::vector<size_t> columns;
  ExpressionPtr expression =
      bound("CASE WHEN c IN ('x', 'y') THEN b BETWEEN a AND b ELSE false END", rows.schema);
  expression->collect_columns(columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  CHECK(columns == std::vector<size_t>{0, 1, 2});
  CHECK(expression->nullable());
  CHECK_FALSE(bound("COALESCE(a, 0) > 1", rows.schema)->nullable());
  CHECK_FALSE(bound("a IS NULL", rows.schema)->nullable());
  CHECK_FALSE(bound("COALESCE(c, '') ~ 'x'", rows.schema)->nullable());
  CHECK(bound("substring(COALESCE(c, '') FROM 'x')", rows.schema)->nullable());
  CHECK(to_string(bound("COALESCE(b, b)", rows.schema)->type()) == "numeric(12,2)");
  CHECK(to_string(bound("b + b", rows.schema)->type()) == "numeric");
}

TEST_CASE("constant parts are computed when the expression is bound") {
  TestBatch rows = batch_of({{"a", "integer", {"1"}}});
  std::vector<size_t> columns;
  bound("CASE WHEN false THEN a ELSE 2 * 3 END", rows.schema)->collect_columns(columns);
  bound("a > 1 AND false", rows.schema)->collect_columns(columns);
  bound("COALESCE(1, a)", rows.schema)->collect_columns(columns);
  CHECK(columns.empty());
}

TEST_CASE("every function's example binds, evaluates, and names the function") {
  TestBatch rows = batch_of({{"x", "integer", {"1"}}});
  auto specs = registered(static_cast<const FunctionSpec*>(nullptr));
  CHECK(specs.size() >= 11);
  for (const FunctionSpec* spec : specs) {
    INFO(spec->name);
    CHECK(spec->example.starts_with(spec->name));
    CHECK(spec->signature.starts_with(spec->name));
    CHECK(values(std::string(spec->example), rows).front() != "NULL");
    CHECK(find_function(spec->name) == spec);
  }
}

}  // namespace
}  // namespace pactolus::testing

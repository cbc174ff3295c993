// Texts that were made to hurt: each is explained, none crashes.
#include <catch2/catch.hpp>

#include <random>

#include "expr/binder.h"
#include "expr/registry.h"

namespace pactolus::testing {
namespace {

/// The code of the only finding; "fine" if it binds.
std::string code_of(const std::string& expression) {
  static const Schema schema({{"x", kIntegerType, true}, {"t", kTextType, true}});
  Scope scope;
  scope.inputs = {{"", &schema}};
  Diagnostics diagnostics;
  ExpressionPtr bound = bind_expression(SourceText::verbatim(expression, "f"), scope, diagnostics);
  CHECK((bound == nullptr) == diagnostics.has_errors());
  if (bound) return "fine";
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    CHECK_FALSE(diagnostic.message.empty());
    CHECK(diagnostic.position.line >= 1);
  }
  return diagnostics.sorted().front().code;
}

std::string repeated(const std::string& part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST_CASE("nothing, blanks and comments alone are not an expression") {
  CHECK(code_of("") == "empty-expression");
  CHECK(code_of(" \n\t ") == "empty-expression");
  CHECK(code_of("-- nothing") == "empty-expression");
  CHECK(code_of("/* nothing */") == "empty-expression");
  CHECK(code_of("()") == "syntax-error");
}

TEST_CASE("text that closes our parenthesis is refused") {
  CHECK(code_of("1) , (2") == "syntax-error");
  CHECK(code_of("1) + (2") == "syntax-error");
  CHECK(code_of("1) FROM (SELECT 2") == "syntax-error");
  CHECK(code_of("1); SELECT (2") == "syntax-error");
  CHECK(code_of("1) AS y, (2") == "syntax-error");
  CHECK(code_of("x WHERE true") == "syntax-error");
  CHECK(code_of("x AS y") == "syntax-error");
  CHECK(code_of("SELECT 1") == "not-supported");
  CHECK(code_of("VALUES (1)") == "not-supported");
  CHECK(code_of("1 UNION SELECT 2") == "syntax-error");
  CHECK(code_of("DROP TABLE t") == "syntax-error");
}

TEST_CASE("large expressions are refused before they are parsed") {
  CHECK(code_of(repeated("x", 9 * 1024)) == "expression-too-long");
  CHECK(code_of("'" + repeated("a", 9 * 1024) + "'") == "expression-too-long");
  CHECK(code_of("x" + repeated(" + x", 300)) == "expression-too-long");
  CHECK(code_of("x" + repeated(" + x", 255)) == "fine");
  CHECK(code_of(repeated("n", 64)) == "name-too-long");
  CHECK(code_of("\"" + repeated("n", 63) + "\"") == "unknown-column");
}

TEST_CASE("deep nesting within the bounds binds") {
  CHECK(code_of(repeated("(", 255) + "x" + repeated(")", 255)) == "fine");
  CHECK(code_of(repeated("NOT ", 500) + "true") == "fine");
  CHECK(code_of(repeated("- ", 500) + "x") == "fine");
  CHECK(code_of(repeated("abs(", 120) + "x" + repeated(")", 120)) == "fine");
  CHECK(code_of(repeated("CASE WHEN x > 1 THEN ", 60) + "1" + repeated(" END", 60)) == "fine");
  CHECK(code_of(repeated("x IN (1, ", 70) + "2" + repeated(")", 70)) == "type-mismatch");
  CHECK(code_of(repeated("(", 600)) == "expression-too-long");
}

TEST_CASE("an operand that is used several times is bound and computed once at each level of nesting") {
  CHECK(code_of(repeated("(", 50) + "x" + repeated(" IS NULL BETWEEN false AND true)", 50)) == "fine");
  CHECK(code_of(repeated("(", 50) + "x" + repeated(" IS NULL BETWEEN SYMMETRIC false AND true)", 50)) ==
        "fine");
  CHECK(code_of(repeated("x IS NULL NOT BETWEEN SYMMETRIC true AND (", 40) + "true" + repeated(")", 40)) ==
        "fine");
  CHECK(code_of(repeated("(", 40) + "true" + repeated(" IN (x > 1, x > 2))", 40)) == "fine");
  CHECK(code_of(repeated("CASE ", 40) + "x" + repeated(" WHEN 1 THEN 2 WHEN 3 THEN 4 END", 40)) == "fine");
}

TEST_CASE("a finding amid a list of rows is one, not a crash") {
  CHECK(code_of("(x, t) IN ((1, 'a'), (nonsense, 'b'))") == "unknown-column");
  CHECK(code_of("(x, t) NOT IN ((1, 'a'), (2, true))") == "type-mismatch");
  CHECK(code_of("(x, t, x) IN ((1, 'a', 2), (1, 'a'))") == "type-mismatch");
  CHECK(code_of("(x, t) IN ((1, 'a'), 2)") == "type-mismatch");
}

TEST_CASE("broken text is refused at its place") {
  CHECK(code_of(std::string("x > \0 1", 7)) == "invalid-text");
  CHECK(code_of("t = '\xC3'") == "invalid-text");
  CHECK(code_of("t = '\xED\xA0\x80'") == "invalid-text");
  CHECK(code_of("\xFF") == "invalid-text");
  CHECK(code_of("t = 'x") == "syntax-error");
  CHECK(code_of("t = \"x") == "syntax-error");
  CHECK(code_of("t = $a$x") == "syntax-error");
  CHECK(code_of("\"\"") == "syntax-error");
  CHECK(code_of("t = E'\\xZZ'") == "fine");
  CHECK(code_of("t = U&'\\d800'") == "syntax-error");
  CHECK(code_of("\xE2\x80\x9Cx\xE2\x80\x9D") == "unknown-column");
}

TEST_CASE("random heaps of tokens never crash") {
  const std::vector<std::string> words = {
      "x",    "t",        "1",       "2.5",   "'a'",  "NULL",  "true", "(",       ")",         "+",
      "-",    "*",        "/",       "%",     "=",    "<>",    "<",    "AND",     "OR",        "NOT",
      "IS",   "IN",       ",",       "CASE",  "WHEN", "THEN",  "ELSE", "END",     "::",        "||",
      "LIKE", "text",     "date",    "round", "$1",   "[",     "]",    "BETWEEN", "SYMMETRIC", "DISTINCT",
      "FROM", ".",        "*",       ";",     "\"",   "'",     "--",   "/*",      "*/",        "CAST",
      "AS",   "interval", "extract", "hour",  "OVER", "FILTER"};
  std::mt19937 random(20260101);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t i = 0, n = 1 + random() % 12; i < n; ++i) text += words[random() % words.size()] + " ";
    INFO(text);
    code_of(text);
  }
}

TEST_CASE("large and random regular expressions never crash") {
  CHECK(code_of("t ~ '" + repeated("(", 100) + repeated(")", 100) + "'") == "fine");
  CHECK(code_of("t ~ '" + repeated("(", 102) + repeated(")", 102) + "'") == "invalid-regex");
  CHECK(code_of("substring(t, '" + repeated("(", 32) + repeated("a*)*", 32) + "')") == "fine");
  CHECK(code_of("t ~ '" + repeated("x|", 2000) + "'") == "fine");
  CHECK(code_of("t ~ '" + repeated("()", 2000) + "'") == "fine");
  CHECK(code_of("t ~ '" + repeated("x", 5000) + "'") == "invalid-regex");
  const std::vector<std::string> parts = {
      "a",   "b",  "é", "(",    "(?:", ")",   "[",    "]",       "[^",  "{2,3}", "{0}",       "*",
      "+",   "?",  "|", "^",    "$",   ".",   "\\",   "-",       "\\d", "\\m",   "[:alpha:]", "\\Y",
      "(?#", "*?", "}", "(?x)", "#",   "\\x", "\\u0", "[[:<:]]", "\\M", "(a|b)", "(a*)*",     "()"};
  std::mt19937 random(20260103);
  for (int round = 0; round < 3000; ++round) {
    std::string pattern;
    for (size_t i = 0, n = 1 + random() % 10; i < n; ++i) pattern += parts[random() % parts.size()];
    INFO(pattern);
    code_of("regexp_replace('abé abba', '" + pattern + "', '[\\1\\2]', 'g')");
  }
}

TEST_CASE("random calls of every function never crash") {
  const std::vector<std::string> arguments = {"x",
                                              "t",
                                              "'a'",
                                              "''",
                                              "NULL",
                                              "1",
                                              "-1",
                                              "2.5",
                                              "1e37",
                                              "true",
                                              "'NaN'::float8",
                                              "2147483647",
                                              "'hour'",
                                              "t FROM x",
                                              "BOTH 'a' FROM t",
                                              "t FOR 2",
                                              "days => x",
                                              "*",
                                              "DISTINCT t",
                                              "interval '1 day'",
                                              "timestamptz '2026-01-31'",
                                              "date '0001-01-01'"};
  std::mt19937 random(20260102);
  auto specs = registered(static_cast<const FunctionSpec*>(nullptr));
  for (int round = 0; round < 5000; ++round) {
    std::string text(specs[random() % specs.size()]->name);
    text += "(";
    for (size_t i = 0, n = random() % 5; i < n; ++i) {
      text += (i == 0 ? "" : ", ") + arguments[random() % arguments.size()];
    }
    text += ")";
    INFO(text);
    code_of(text);
  }
}

}  // namespace
}  // namespace pactolus::testing

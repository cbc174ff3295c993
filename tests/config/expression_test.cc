#include "config/expression.h"

#include <catch2/catch.hpp>

#include "read.h"

namespace pactolus {
namespace {

struct Outcome {
  Codes codes;
  std::optional<SourceText> expression;
  std::vector<Diagnostic> found;
};

Outcome read_e(const std::string& yaml) {
  Read read(yaml);
  if (!read.document) return {read.codes(), std::nullopt, read.diagnostics.sorted()};
  auto expression = read_expression(read.at("e"), read.diagnostics);
  return {read.codes(), expression, read.diagnostics.sorted()};
}

TEST_CASE("expression: what YAML leaves as it is, is taken") {
  struct {
    std::string yaml, text;
  } cases[] = {
      {"e: amount > 0 AND country IS NOT NULL", "amount > 0 AND country IS NOT NULL"},
      {"e: amount > 0  # why, and 'how' (or not)", "amount > 0"},
      {"e: a #----- decoration", "a"},
      {"e: |\n  a #>> '{b}'\n", "a #>> '{b}'\n"},
      {"e: >-\n  a +\n  b\n", "a + b"},
      {"e: a#b", "a#b"},
      {"e: 5", "5"},
      {"e: true", "true"},
      {"e: null", "null"},
      {"e: NULL", "NULL"},
      {"e: x LIKE 'a''b%' # the 'rest'", "x LIKE 'a''b%'"},
      {"{e: a + b, f: 1}", "a + b"},
      {"e: round(x, 2)", "round(x, 2)"},
      {"e: &x a\nf: *x", "a"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.yaml);
    Outcome outcome = read_e(c.yaml);
    CHECK(outcome.codes == Codes{});
    REQUIRE(outcome.expression);
    CHECK(outcome.expression->text == c.text);
    CHECK(outcome.expression->file == "test.yaml");
  }
}

TEST_CASE("expression: quotes that YAML needs are taken") {
  struct {
    std::string yaml, text;
  } cases[] = {
      {R"(e: "'web'")", "'web'"},  {R"(e: '"Total" > 5')", "\"Total\" > 5"},
      {"e: 'ref: #1'", "ref: #1"}, {"e: 'a #> b'", "a #> b"},
      {"e: '{a}'", "{a}"},         {"e: '%x'", "%x"},
      {"e: '- 5'", "- 5"},         {"e: '* 5'", "* 5"},
      {"e: ' a'", " a"},           {"e: 'a:'", "a:"},
      {"e: \"a\\nb\"", "a\nb"},    {"{e: 'round(x, 2)'}", "round(x, 2)"},
      {"{e: 'x[1]'}", "x[1]"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.yaml);
    Outcome outcome = read_e(c.yaml);
    CHECK(outcome.codes == Codes{});
    REQUIRE(outcome.expression);
    CHECK(outcome.expression->text == c.text);
  }
}

TEST_CASE("expression: what YAML changes in silence is refused") {
  struct {
    std::string yaml, code;
    SourcePosition position;
  } cases[] = {
      {"e: 'web'", "unneeded-quotes", {1, 4}},
      {"e: \"amount > 3\"", "unneeded-quotes", {1, 4}},
      {"e: 'null'", "unneeded-quotes", {1, 4}},
      {"e: 'round(x, 2)'", "unneeded-quotes", {1, 4}},
      {"e: \"a\n  b\"", "unneeded-quotes", {1, 4}},
      {"{e: 'x'}", "unneeded-quotes", {1, 5}},
      {"e: data #>> '{a}'", "cut-by-comment", {1, 9}},
      {"e: data #> '{a}' = 1", "cut-by-comment", {1, 9}},
      {"e: data #- '{a}'", "cut-by-comment", {1, 9}},
      {"e: x LIKE 'ref #%'", "cut-by-comment", {1, 16}},
      {"e: (flags # 3) > 0", "cut-by-comment", {1, 11}},
      {"e: a AND\n   x LIKE 'ref #%'", "cut-by-comment", {2, 16}},
      {"{e: round(x, 2)}", "split-at-comma", {1, 5}},
      {"e:", "empty-expression", {1, 1}},
      {"e: ~", "empty-expression", {1, 4}},
      {"e: ''", "empty-expression", {1, 4}},
      {"e: |\n\n", "empty-expression", {1, 4}},
      {"e: [a, b]", "wrong-kind", {1, 4}},
      {"e: {a: b}", "wrong-kind", {1, 4}},
      {"e: !secret env:X", "misplaced-secret", {1, 12}},
      {"e: a > ${LIMIT}", "misplaced-variable", {1, 8}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.yaml);
    Outcome outcome = read_e(c.yaml);
    CHECK(outcome.codes == Codes{c.code});
    CHECK_FALSE(outcome.expression);
    REQUIRE(outcome.found.size() == 1);
    CHECK(outcome.found[0].position == c.position);
  }
}

TEST_CASE("expression: an item of a flow list that was split at a comma is refused") {
  Read read("[round(x, 2)]");
  CHECK_FALSE(read_expression(read.root().items()[0], read.diagnostics));
  CHECK(read.codes() == Codes{"split-at-comma"});
}

TEST_CASE("expression: a dollar and a brace inside a text constant are no variable") {
  CHECK(read_e("e: x ~ '^a${1}'").codes == Codes{});
}

TEST_CASE("expression: the hint for quotes shows both meanings, ready to paste") {
  std::string yaml = "e: \"it's \\\"x\\\"\"\n";
  Outcome outcome = read_e(yaml);
  REQUIRE(outcome.found.size() == 1);
  CHECK(
      render(outcome.found[0], yaml) ==
      "test.yaml:1:4: error[unneeded-quotes]: YAML takes these quotes away: the expression is `it's \"x\"`\n"
      " 1 | e: \"it's \\\"x\\\"\"\n"
      "   |    ^^^^^^^^^^^^\n"
      "   = hint: without quotes it is the same expression; the text constant is `\"'it''s \\\"x\\\"'\"`\n");
  CHECK(read_e("e: \"'it''s \\\"x\\\"'\"").expression->text == "'it''s \"x\"'");
}

TEST_CASE("expression: a finding points into the third line of a folded block") {
  std::string yaml = "e: >\n  amount > 0\n  AND country <> ''\n  AND usuall > 3\n";
  SourceText expression = *read_e(yaml).expression;
  CHECK(expression.position_of(expression.text.find("usuall")) == SourcePosition{4, 7});
}

}  // namespace
}  // namespace pactolus
